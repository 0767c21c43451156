import type { Sql } from '../database/db.ts';

/** Deletes what organisations keep for a shorter time than the longest. @param now Milliseconds since the epoch. */
export async function deleteOldEvents(sql: Sql, now: number): Promise<void> {
  const at = new Date(now).toISOString();
  await sql.query(
    `delete from events e using organisations o
     where o.id = e.org_id and e.day < ($1::timestamptz at time zone 'utc')::date - o.retention_days`,
    [at],
  );
  await sql.query(
    `delete from findings f using organisations o
     where o.id = f.org_id and f.at < $1::timestamptz - o.retention_days * interval '1 day'`,
    [at],
  );
  await sql.query(
    `delete from runs r using organisations o
     where o.id = r.org_id and r.last_at < $1::timestamptz - o.retention_days * interval '1 day'`,
    [at],
  );
}
