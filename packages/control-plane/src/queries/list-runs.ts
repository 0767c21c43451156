import type { Sql } from '../database/db.ts';
import type { Cursor } from '../rules/page.ts';

export interface RunRow {
  readonly run: string;
  readonly session: string | null;
  readonly server: string | null;
  readonly client: string | null;
  readonly first_at: string;
  readonly last_at: string;
  readonly calls: number;
  readonly errors: number;
  readonly blocked: number;
  readonly max_risk: number | null;
}

interface Wanted {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly server?: string | undefined;
}

/** Runs that were alive in the time asked for, the latest first. */
export function listRuns(
  sql: Sql,
  org: string,
  { from, to, server }: Wanted,
  limit: number,
  after: Cursor | undefined,
): Promise<readonly RunRow[]> {
  return sql.query(
    `select run, session, server, client, first_at, last_at, calls, errors, blocked, max_risk
     from runs
     where org_id = $1
       and ($2::timestamptz is null or last_at >= $2)
       and ($3::timestamptz is null or first_at < $3)
       and ($4::text is null or server = $4)
       and ($5::timestamptz is null or (last_at, run) < ($5, $6))
     order by last_at desc, run desc limit $7`,
    [org, from ?? null, to ?? null, server ?? null, after?.at ?? null, after?.id ?? null, limit],
  );
}
