import type { Sql } from '../database/db.ts';

interface NewPolicy {
  readonly org: string;
  readonly text: string;
  readonly note: string | null;
  readonly createdBy: string | null;
}

/** Keeps a policy as the next version of its organisation. Inside a transaction: two at once take turns. @returns The version. */
export async function insertPolicy(sql: Sql, { org, text, note, createdBy }: NewPolicy): Promise<number> {
  await sql.query(`select pg_advisory_xact_lock(hashtextextended('policy ' || $1, 0))`, [org]);
  const [row] = await sql.query<{ version: number }>(
    `insert into policies (org_id, version, text, note, created_by)
     select $1, coalesce(max(version), 0) + 1, $2, $3, $4 from policies where org_id = $1
     returning version`,
    [org, text, note, createdBy],
  );
  return (row as { version: number }).version; // An aggregate without groups gives one row.
}
