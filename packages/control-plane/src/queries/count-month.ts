import type { Sql } from '../database/db.ts';

/** Events that an organisation sent in the month of a moment. @param now Milliseconds since the epoch. */
export async function countMonth(sql: Sql, org: string, now: number): Promise<number> {
  const [row] = await sql.query<{ events: number }>(
    `select events from quotas where org_id = $1 and month = date_trunc('month', $2::timestamptz at time zone 'utc')::date`,
    [org, new Date(now).toISOString()],
  );
  return row?.events ?? 0;
}
