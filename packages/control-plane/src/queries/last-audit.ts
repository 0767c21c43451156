import type { Sql } from '../database/db.ts';

/** The end of the chain of an organisation. Inside a transaction: whoever else would append waits until it is over. */
export async function lastAudit(
  sql: Sql,
  org: string,
): Promise<{ readonly seq: number; readonly hash: string } | undefined> {
  await sql.query(`select pg_advisory_xact_lock(hashtextextended('audit ' || $1, 0))`, [org]);
  const rows = await sql.query<{ seq: number; hash: string }>(
    'select seq, hash from audit where org_id = $1 order by seq desc limit 1',
    [org],
  );
  return rows[0];
}
