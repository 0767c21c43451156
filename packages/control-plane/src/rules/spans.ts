import { type Grain, startOf } from './roll-up.ts';

const dayMs = 86_400_000;

/** A stretch of time, read from the roll-ups of one grain. Ends before `to`. */
export interface Span {
  readonly grain: Grain;
  /** ISO 8601. */
  readonly from: string;
  readonly to: string;
}

/** The time asked for, widened to whole hours; without one, the last 24. */
export function rangeOf(
  from: string | undefined,
  to: string | undefined,
  now: number,
): { readonly from: string; readonly to: string } {
  const end = ceilHour(to === undefined ? now : Date.parse(to));
  const start = startOf('hour', new Date(from === undefined ? end - dayMs : Date.parse(from)).toISOString());
  return { from: start, to: new Date(Math.max(end, Date.parse(start))).toISOString() };
}

function ceilHour(ms: number): number {
  return Math.ceil(ms / 3_600_000) * 3_600_000;
}

/**
 * Where to read a range from: whole days from the sums by day, what is left at both ends from those by hour. Asked for by the
 * hour, all of it from those.
 */
export function spansOf(from: string, to: string, bucket: 'hour' | 'day' | 'all'): readonly Span[] {
  const firstDay = Math.ceil(Date.parse(from) / dayMs) * dayMs;
  const lastDay = Math.floor(Date.parse(to) / dayMs) * dayMs;
  if (bucket === 'hour' || firstDay >= lastDay) return [{ grain: 'hour', from, to }];
  const iso = (ms: number) => new Date(ms).toISOString();
  const spans: Span[] = [
    { grain: 'hour', from, to: iso(firstDay) },
    { grain: 'day', from: iso(firstDay), to: iso(lastDay) },
    { grain: 'hour', from: iso(lastDay), to },
  ];
  return spans.filter((span) => span.from < span.to);
}
