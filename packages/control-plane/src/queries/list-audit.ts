import type { Sql } from '../database/db.ts';
import type { AuditFacts } from '../rules/audit-chain.ts';
import type { Cursor } from '../rules/page.ts';

export interface AuditRow extends Omit<AuditFacts, 'org'> {
  readonly hash: string;
}

/** The latest first. */
export function listAudit(
  sql: Sql,
  org: string,
  limit: number,
  after: Cursor | undefined,
): Promise<readonly AuditRow[]> {
  return sql.query(
    `select seq, at, actor, action, target, details, prev, hash
     from audit
     where org_id = $1 and ($2::bigint is null or seq < $2)
     order by seq desc limit $3`,
    [org, after?.at ?? null, limit],
  );
}
