import type { Sql } from '../database/db.ts';

/** Days that the organisation which keeps longest keeps its events. */
export async function longestRetention(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ days: number | null }>('select max(retention_days) as days from organisations');
  return row?.days ?? 0;
}
