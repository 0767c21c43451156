import type { Sql } from '../database/db.ts';

/** Owners of an organisation. Locks them: two who step down at once see each other. */
export async function countOwners(sql: Sql, org: string): Promise<number> {
  const rows = await sql.query(
    `select user_id from members where org_id = $1 and role = 'owner' order by user_id for update`,
    [org],
  );
  return rows.length;
}
