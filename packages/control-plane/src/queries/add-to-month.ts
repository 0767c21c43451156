import type { Sql } from '../database/db.ts';

/** Counts events against the month of a moment. @returns All of the month, these included. */
export async function addToMonth(sql: Sql, org: string, events: number, now: number): Promise<number> {
  const [row] = await sql.query<{ events: number }>(
    `insert into quotas as q (org_id, month, events)
     values ($1, date_trunc('month', $3::timestamptz at time zone 'utc')::date, $2)
     on conflict (org_id, month) do update set events = q.events + excluded.events
     returning events`,
    [org, events, new Date(now).toISOString()],
  );
  return row?.events ?? events;
}
