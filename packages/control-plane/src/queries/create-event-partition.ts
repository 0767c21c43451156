import type { Sql } from '../database/db.ts';

/** Any number; those who make partitions wait here for one another. */
const lockId = 7_205_115;

/** Makes the partition of a day where it is missing. Inside a transaction. @param day `2026-07-28`, in UTC. */
export async function createEventPartition(sql: Sql, day: string): Promise<void> {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) throw new Error(`${day} is no day.`);
  const next = new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
  await sql.query('select pg_advisory_xact_lock($1)', [lockId]);
  await sql.query(
    `create table if not exists events_${day.replaceAll('-', '_')} partition of events for values from ('${day}') to ('${next}')`,
  );
}
