import type { Sql } from '../database/db.ts';
import type { Cursor } from '../rules/page.ts';

export interface FindingRow {
  readonly id: string;
  readonly at: string;
  readonly event_id: string;
  readonly run: string;
  readonly server: string | null;
  readonly tool: string | null;
  readonly rule: string;
  readonly owasp: string | null;
  readonly weight: number | null;
  readonly reason: string | null;
  readonly outcome: string | null;
  readonly state: 'open' | 'confirmed' | 'false_alarm';
}

export interface FindingFilter {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly rule?: string | undefined;
  readonly server?: string | undefined;
  readonly state?: string | undefined;
}

/** Every column that is shown. */
export const findingColumns = 'id, at, event_id, run, server, tool, rule, owasp, weight, reason, outcome, state';

/** The latest first. */
export function listFindings(
  sql: Sql,
  org: string,
  { from, to, rule, server, state }: FindingFilter,
  limit: number,
  after: Cursor | undefined,
): Promise<readonly FindingRow[]> {
  return sql.query(
    `select ${findingColumns}
     from findings
     where org_id = $1
       and ($2::timestamptz is null or at >= $2)
       and ($3::timestamptz is null or at < $3)
       and ($4::text is null or rule = $4)
       and ($5::text is null or server = $5)
       and ($6::text is null or state = $6)
       and ($7::timestamptz is null or (at, id) < ($7, $8::uuid))
     order by at desc, id desc limit $9`,
    [
      org,
      from ?? null,
      to ?? null,
      rule ?? null,
      server ?? null,
      state ?? null,
      after?.at ?? null,
      after?.id ?? null,
      limit,
    ],
  );
}
