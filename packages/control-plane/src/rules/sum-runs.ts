import type { TelemetryEvent } from '@kilometers/core/api/events.ts';

/** What a batch adds to what is known of one run. */
export interface RunSum {
  readonly run: string;
  session: string | null;
  server: string | null;
  client: string | null;
  /** Milliseconds since the epoch. */
  firstAt: number;
  lastAt: number;
  calls: number;
  errors: number;
  blocked: number;
  maxRisk: number | null;
}

/** Sums up a batch by run, in the order of runs: writers that lock rows in one order cannot wait for each other in a ring. */
export function sumRuns(events: readonly TelemetryEvent[]): readonly RunSum[] {
  const runs = new Map<string, RunSum>();
  for (const event of events) {
    const at = Date.parse(event.ts);
    const sum = runs.get(event.run) ?? emptyRun(event.run, at);
    runs.set(event.run, sum);
    add(sum, event, at);
  }
  return [...runs.values()].sort((a, b) => (a.run < b.run ? -1 : 1));
}

function add(sum: RunSum, { session, server, client, kind, status, outcome, risk }: TelemetryEvent, at: number): void {
  sum.session ??= session ?? null;
  sum.server ??= server ?? null;
  sum.client ??= client?.name ?? null;
  sum.firstAt = Math.min(sum.firstAt, at);
  sum.lastAt = Math.max(sum.lastAt, at);
  if (risk !== undefined) sum.maxRisk = Math.max(sum.maxRisk ?? 0, risk);
  // A decision about a call is told beside the call, and would count it twice.
  if (kind !== 'exchange') return;
  sum.calls += 1;
  if (status === 'error' || status === 'tool_error') sum.errors += 1;
  if (outcome === 'blocked' || outcome === 'answered') sum.blocked += 1;
}

function emptyRun(run: string, at: number): RunSum {
  const unknown = { session: null, server: null, client: null, maxRisk: null };
  return { run, firstAt: at, lastAt: at, calls: 0, errors: 0, blocked: 0, ...unknown };
}
