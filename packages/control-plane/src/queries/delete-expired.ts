import type { Sql } from '../database/db.ts';

/** Forgets what has expired. @param now Milliseconds since the epoch. */
export async function deleteExpired(sql: Sql, now: number): Promise<void> {
  const at = [new Date(now).toISOString()];
  for (const table of ['refresh_tokens', 'sign_in_links', 'browser_sessions', 'sso_states', 'device_codes']) {
    await sql.query(`delete from ${table} where expires_at < $1::timestamptz`, at);
  }
  await sql.query('delete from signing_keys where retires_at < $1::timestamptz', at);
  await sql.query(`delete from rate_limits where due < $1::timestamptz - interval '1 hour'`, at);
}
