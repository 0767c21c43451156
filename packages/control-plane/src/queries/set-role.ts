import type { Role } from '@kilometers/core/api/roles.ts';
import type { Sql } from '../database/db.ts';

export async function setRole(sql: Sql, org: string, user: string, role: Role): Promise<void> {
  await sql.query('update members set role = $3 where org_id = $1 and user_id = $2', [org, user, role]);
}
