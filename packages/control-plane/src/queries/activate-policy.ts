import type { Sql } from '../database/db.ts';

export async function activatePolicy(sql: Sql, org: string, version: number): Promise<void> {
  await sql.query('update organisations set active_policy = $2 where id = $1', [org, version]);
}
