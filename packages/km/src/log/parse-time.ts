import { KmError } from '@kilometers/core/errors.ts';

const unitsMs: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Reads a point in time: an age (`90s`, `10m`, `2h`, `7d`, `1w`) or an ISO 8601 date. Milliseconds since the epoch. */
export function parseTime(option: string, text: string, now: number): number {
  const age = parseAge(text);
  if (age !== undefined) return now - age;
  const date = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(date)) return date;
  throw new KmError(
    'usage.bad-value',
    `--${option} takes an age such as 10m, 2h or 7d, or a date such as 2026-01-31T12:00; got "${text}".`,
  );
}

/** Reads a duration such as `90s`, `10m`, `2h`, `7d` or `1w`, in milliseconds; undefined when it is none. */
function parseAge(text: string): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*([smhdw])$/.exec(text.trim()) ?? [];
  return amount && unit ? Number(amount) * (unitsMs[unit] as number) : undefined;
}
