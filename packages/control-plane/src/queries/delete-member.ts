import type { Sql } from '../database/db.ts';

/** Takes somebody out of an organisation. Their browser sessions lead nowhere from then on. */
export async function deleteMember(sql: Sql, org: string, user: string): Promise<void> {
  await sql.query('delete from members where org_id = $1 and user_id = $2', [org, user]);
}
