import type { Sql } from '../database/db.ts';

export async function deleteRefreshFamily(sql: Sql, family: string): Promise<void> {
  await sql.query('delete from refresh_tokens where family = $1', [family]);
}
