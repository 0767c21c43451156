import type { Sql } from '../database/db.ts';

interface Turn {
  readonly key: string;
  readonly burst: number;
  readonly perMinute: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Takes one turn of a key, where there is one (the generic cell rate algorithm: one time a key says all).
 *
 * @returns 0, or the seconds until there is a turn again.
 */
export async function takeTurn(sql: Sql, { key, burst, perMinute, now }: Turn): Promise<number> {
  const stepMs = 60_000 / perMinute;
  const at = new Date(now).toISOString();
  const latest = new Date(now + (burst - 1) * stepMs).toISOString();
  const taken = await sql.query(
    `insert into rate_limits as r (key, due) values ($1, $2::timestamptz + $3 * interval '1 ms')
     on conflict (key) do update set due = greatest(r.due, $2::timestamptz) + $3 * interval '1 ms'
     where r.due <= $4::timestamptz
     returning key`,
    [key, at, stepMs, latest],
  );
  if (taken.length > 0) return 0;
  const [row] = await sql.query<{ due: string }>('select due from rate_limits where key = $1', [key]);
  return Math.max(1, Math.ceil((Date.parse(row?.due ?? at) - Date.parse(latest)) / 1_000));
}
