import { createHash } from 'node:crypto';
import type { Sql } from './database/db.ts';
import { insertAudit } from './queries/insert-audit.ts';
import { lastAudit } from './queries/last-audit.ts';
import { type AuditFacts, auditStart, auditText } from './rules/audit-chain.ts';

type Deed = Pick<AuditFacts, 'org' | 'actor' | 'action' | 'target'> & Partial<Pick<AuditFacts, 'details'>>;

/**
 * Puts a deed on the audit trail of its organisation, in the transaction that does it: what was done is on record, and what
 * is on record was done.
 *
 * @param now Milliseconds since the epoch.
 */
export async function audit(sql: Sql, { org, actor, action, target, details = {} }: Deed, now: number): Promise<void> {
  const last = await lastAudit(sql, org);
  const at = new Date(now).toISOString();
  const facts = { org, seq: (last?.seq ?? 0) + 1, at, actor, action, target, details, prev: last?.hash ?? auditStart };
  await insertAudit(sql, { ...facts, hash: hashOf(facts) });
}

/** SHA-256, hex. */
export function hashOf(facts: AuditFacts): string {
  return createHash('sha256').update(auditText(facts)).digest('hex');
}
