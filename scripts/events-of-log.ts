import type { TelemetryEvent } from '@kilometers/core/api/events.ts';
import type { LogRecord } from '@kilometers/core/record.ts';

/** The events that the records of a log come to: one for each call that was answered, or stopped. No message is among them. */
export function eventsOfLog(records: readonly LogRecord[]): readonly TelemetryEvent[] {
  const requests = new Map(records.filter(({ kind }) => kind === 'request').map((one) => [keyOf(one), one]));
  const answers = records.filter(({ kind, call }) => kind === 'response' && call !== undefined);
  const answered = answers.map((answer) => eventOf(requests.get(keyOf(answer)), answer, clientOf(records, answer.run)));
  const stopped = [...requests.values()].filter(({ outcome }) => outcome === 'blocked' || outcome === 'answered');
  return [...answered, ...stopped.map((one) => eventOf(one, { ...one, status: 'error' }, clientOf(records, one.run)))];
}

const keyOf = ({ run, call }: LogRecord) => `${run}:${call}`;

function clientOf(records: readonly LogRecord[], run: string): TelemetryEvent['client'] {
  const said = records.find((one) => one.run === run && one.client !== undefined)?.client;
  const { name, version }: { readonly name?: unknown; readonly version?: unknown } = said ?? {};
  return typeof name === 'string' && typeof version === 'string' ? { name, version } : undefined;
}

function eventOf(request: LogRecord | undefined, answer: LogRecord, client: TelemetryEvent['client']): TelemetryEvent {
  const seen = request?.seq === answer.seq ? [answer] : [request, answer];
  const findings = seen.flatMap((record) => record?.findings ?? []);
  const risk = Math.max(request?.risk ?? 0, answer.risk ?? 0);
  return {
    id: keyOf(answer),
    kind: 'exchange',
    ts: request?.ts ?? answer.ts,
    run: answer.run,
    session: answer.session,
    server: answer.server,
    client,
    method: answer.method,
    tool: answer.tool,
    ms: answer.ms,
    bytes_in: request?.bytes,
    bytes_out: answer.bytes,
    status: answer.status,
    outcome: request?.outcome,
    risk,
    findings: findings.map(({ rule, owasp, weight, reason }) => ({ rule, owasp, weight, reason })),
  };
}
