import type { Sql } from '../database/db.ts';
import type { AuditFacts } from '../rules/audit-chain.ts';

export async function insertAudit(sql: Sql, entry: AuditFacts & { readonly hash: string }): Promise<void> {
  const { org, seq, at, actor, action, target, details, prev, hash } = entry;
  await sql.query(
    `insert into audit (org_id, seq, at, actor, action, target, details, prev, hash)
     values ($1, $2, $3, $4, $5, $6, $7::text::jsonb, $8, $9)`,
    [org, seq, at, actor, action, target, JSON.stringify(details), prev, hash],
  );
}
