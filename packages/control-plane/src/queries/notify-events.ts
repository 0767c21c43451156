import type { Sql } from '../database/db.ts';

/** Channel on which replicas tell each other that an organisation has new events. The payload is its id. */
export const eventsChannel = 'km_events';

export async function notifyEvents(sql: Sql, org: string): Promise<void> {
  await sql.query('select pg_notify($1, $2)', [eventsChannel, org]);
}
