import type { Sql } from '../database/db.ts';
import type { MemberRow } from './list-members.ts';

export async function findMember(sql: Sql, org: string, user: string): Promise<MemberRow | undefined> {
  const rows = await sql.query<MemberRow>(
    `select m.user_id, u.email, u.name, m.role, m.last_seen
     from members m join users u on u.id = m.user_id
     where m.org_id = $1 and m.user_id = $2`,
    [org, user],
  );
  return rows[0];
}
