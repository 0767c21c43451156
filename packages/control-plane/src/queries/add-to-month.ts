import type { Sql } from '../database/db.ts';

/** Channel on which replicas tell each other that an organisation has new events. The payload is its id. */
export const eventsChannel = 'km_events';

/**
 * Counts events against the month of a moment, and tells the replicas of them when the transaction is done.
 *
 * @returns All of the month, these included.
 */
export async function addToMonth(sql: Sql, org: string, events: number, now: number): Promise<number> {
  const [row] = await sql.query<{ events: number }>(
    `insert into quotas as q (org_id, month, events)
     values ($1, date_trunc('month', $3::timestamptz at time zone 'utc')::date, $2)
     on conflict (org_id, month) do update set events = q.events + excluded.events
     returning events, pg_notify($4, $5)`,
    [org, events, new Date(now).toISOString(), eventsChannel, org],
  );
  return row?.events ?? events;
}
