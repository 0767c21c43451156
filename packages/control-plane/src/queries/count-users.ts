import type { Sql } from '../database/db.ts';

/** How many people there are. Inside a transaction: replicas that start together wait here, so that one is the first. */
export async function countUsers(sql: Sql): Promise<number> {
  await sql.query('lock table users in share row exclusive mode');
  const [row] = await sql.query<{ n: number }>('select count(*)::int as n from users');
  return row?.n ?? 0;
}
