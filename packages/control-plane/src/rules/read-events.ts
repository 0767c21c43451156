import { TelemetryEvent } from '@kilometers/core/api/events.ts';
import * as v from 'valibot';

const dayMs = 86_400_000;

/** km reads messages up to a depth of 256; what goes much further would be too deep for the database. */
const depthMax = 300;

export interface ReadEvents {
  readonly events: readonly TelemetryEvent[];
  readonly rejected: readonly { readonly index: number; readonly reason: string }[];
}

interface Bounds {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly retentionDays: number;
}

/**
 * Tells events from what is none, one by one: a bad one does not take the others with it. One that is older than what is
 * kept, or lies more than a day ahead, would never be seen.
 */
export function readEvents(items: readonly unknown[], { now, retentionDays }: Bounds): ReadEvents {
  const events = new Map<string, TelemetryEvent>();
  const rejected: { index: number; reason: string }[] = [];
  const earliest = now - retentionDays * dayMs;
  for (const [index, item] of items.entries()) {
    const read = v.safeParse(TelemetryEvent, item);
    if (!read.success) {
      rejected.push({ index, reason: reasonOf(read.issues[0]) });
      continue;
    }
    const at = Date.parse(read.output.ts);
    if (at < earliest || at > now + dayMs) rejected.push({ index, reason: 'ts is outside of what is kept' });
    else if (isDeeper(item, depthMax)) rejected.push({ index, reason: `it is nested deeper than ${depthMax}` });
    else events.set(read.output.id, read.output);
  }
  return { events: [...events.values()], rejected };
}

function isDeeper(value: unknown, left: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return left === 0 || Object.values(value).some((one) => isDeeper(one, left - 1));
}

/** Where, and what was wanted there: never what was found. */
function reasonOf(issue: v.BaseIssue<unknown>): string {
  const place = (issue.path ?? []).map(({ key }) => String(key)).join('.');
  return `${place === '' ? 'the event' : place} should be ${issue.expected ?? issue.type}`.slice(0, 300);
}

/** The items of a request: one event, a list, or `{events}`. */
export function itemsOf(body: unknown): readonly unknown[] {
  if (Array.isArray(body)) return body;
  const { events } = body as { events?: unknown };
  return Array.isArray(events) ? events : [body];
}
