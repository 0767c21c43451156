import type { Sql } from '../database/db.ts';

/** Until the transaction ends nobody else adds a user; they may be read. */
export async function lockUsers(sql: Sql): Promise<void> {
  await sql.query('lock table users in share row exclusive mode');
}
