import type { Role } from '@kilometers/core/api/roles.ts';
import type { Sql } from '../database/db.ts';
import type { Cursor } from '../rules/page.ts';

export interface MemberRow {
  readonly user_id: string;
  readonly email: string;
  readonly name: string | null;
  readonly role: Role;
  readonly last_seen: string | null;
}

/** In the order of their addresses. */
export function listMembers(
  sql: Sql,
  org: string,
  limit: number,
  after: Cursor | undefined,
): Promise<readonly MemberRow[]> {
  return sql.query(
    `select m.user_id, u.email, u.name, m.role, m.last_seen
     from members m join users u on u.id = m.user_id
     where m.org_id = $1 and ($2::text is null or u.email > $2)
     order by u.email limit $3`,
    [org, after?.at ?? null, limit],
  );
}
