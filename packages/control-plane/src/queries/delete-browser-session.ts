import type { Sql } from '../database/db.ts';

export async function deleteBrowserSession(sql: Sql, hash: Uint8Array): Promise<void> {
  await sql.query('delete from browser_sessions where token_hash = $1', [hash]);
}
