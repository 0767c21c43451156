import type { TelemetryEvent } from '@kilometers/core/api/events.ts';
import { binOf } from './latency-bins.ts';

/** What figures are told apart by. */
export interface Dimension {
  readonly key: string;
  readonly server: string | null;
  readonly method: string | null;
  readonly tool: string | null;
  readonly client: string | null;
  readonly tags: Readonly<Record<string, string>>;
}

export const grains = ['hour', 'day'] as const;
export type Grain = (typeof grains)[number];

/** Sums over the events of one time and dimension. */
export interface RollUp {
  readonly grain: Grain;
  /** Beginning of the hour or day, ISO 8601. */
  readonly t: string;
  readonly dimension: string;
  calls: number;
  errors: number;
  toolErrors: number;
  unanswered: number;
  noted: number;
  high: number;
  blocked: number;
  changed: number;
  bytesIn: number;
  bytesOut: number;
  msSum: number;
  /** How many calls fell into each bin of latency. */
  readonly bins: Map<number, number>;
}

export interface RolledUp {
  readonly dimensions: readonly Dimension[];
  readonly rollUps: readonly RollUp[];
}

const notedFrom = 0.4;
const highFrom = 0.8;

/** Sums up a batch, by hour and by day. Only exchanges count: what else km tells is looked up by session. */
export function rollUp(events: readonly TelemetryEvent[]): RolledUp {
  const dimensions = new Map<string, Dimension>();
  const rollUps = new Map<string, RollUp>();
  for (const event of events) {
    if (event.kind !== 'exchange') continue;
    const dimension = dimensionOf(event);
    dimensions.set(dimension.key, dimension);
    for (const grain of grains) add(rollUpFor(rollUps, grain, event.ts, dimension.key), event);
  }
  return { dimensions: [...dimensions.values()], rollUps: [...rollUps.values()] };
}

function dimensionOf(event: TelemetryEvent): Dimension {
  const server = event.server ?? null;
  const method = event.method ?? null;
  const tool = event.tool ?? null;
  const tags = Object.fromEntries(Object.entries(event.tags ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)));
  const client = event.client?.name ?? null;
  return { key: JSON.stringify([server, method, tool, client, tags]), server, method, tool, client, tags };
}

function rollUpFor(all: Map<string, RollUp>, grain: Grain, ts: string, dimension: string): RollUp {
  const t = startOf(grain, ts);
  const key = `${grain} ${t} ${dimension}`;
  const known = all.get(key);
  if (known) return known;
  const none = { calls: 0, errors: 0, toolErrors: 0, unanswered: 0, noted: 0, high: 0, blocked: 0, changed: 0 };
  const fresh: RollUp = { grain, t, dimension, ...none, bytesIn: 0, bytesOut: 0, msSum: 0, bins: new Map() };
  all.set(key, fresh);
  return fresh;
}

function add(sum: RollUp, { status, risk = 0, outcome, bytes_in = 0, bytes_out = 0, ms }: TelemetryEvent): void {
  sum.calls += 1;
  if (status === 'error') sum.errors += 1;
  if (status === 'tool_error') sum.toolErrors += 1;
  if (status === 'unanswered') sum.unanswered += 1;
  if (risk >= notedFrom) sum.noted += 1;
  if (risk >= highFrom) sum.high += 1;
  if (outcome === 'blocked' || outcome === 'answered') sum.blocked += 1;
  if (outcome === 'changed') sum.changed += 1;
  sum.bytesIn += bytes_in;
  sum.bytesOut += bytes_out;
  if (ms === undefined) return;
  sum.msSum += ms;
  const bin = binOf(ms);
  sum.bins.set(bin, (sum.bins.get(bin) ?? 0) + 1);
}

/** Beginning of the hour or day of a moment, in UTC. */
export function startOf(grain: Grain, ts: string): string {
  // Nearly all are written so already, and a batch has a thousand of them.
  const iso = ts.endsWith('Z') && ts[10] === 'T' ? ts : new Date(ts).toISOString();
  return grain === 'hour' ? `${iso.slice(0, 13)}:00:00.000Z` : `${iso.slice(0, 10)}T00:00:00.000Z`;
}
