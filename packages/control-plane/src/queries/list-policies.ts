import type { Sql } from '../database/db.ts';
import type { Cursor } from '../rules/page.ts';

export interface PolicyRow {
  readonly version: number;
  readonly created_at: string;
  readonly created_by: string | null;
  readonly note: string | null;
  readonly active: boolean;
}

/** Every column that is shown, of `policies p` beside `organisations o`. */
export const policyColumns =
  'p.version, p.created_at, p.created_by, p.note, p.version is not distinct from o.active_policy as active';

/** The latest first. */
export function listPolicies(
  sql: Sql,
  org: string,
  limit: number,
  after: Cursor | undefined,
): Promise<readonly PolicyRow[]> {
  return sql.query(
    `select ${policyColumns}
     from policies p join organisations o on o.id = p.org_id
     where p.org_id = $1 and ($2::int is null or p.version < $2)
     order by p.version desc limit $3`,
    [org, after?.at ?? null, limit],
  );
}
