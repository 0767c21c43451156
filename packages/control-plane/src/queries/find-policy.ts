import type { Sql } from '../database/db.ts';
import { type PolicyRow, policyColumns } from './list-policies.ts';

export interface PolicyText extends PolicyRow {
  readonly text: string;
  /** Of the organisation: rises whenever one of its policies is put in force. */
  readonly serial: number;
}

/** One version; the one in force, where none is named. */
export async function findPolicy(sql: Sql, org: string, version?: number): Promise<PolicyText | undefined> {
  const rows = await sql.query<PolicyText>(
    `select ${policyColumns}, p.text, o.policy_serial as serial
     from policies p join organisations o on o.id = p.org_id
     where p.org_id = $1 and p.version = coalesce($2::int, o.active_policy)`,
    [org, version ?? null],
  );
  return rows[0];
}
