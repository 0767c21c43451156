import type { Sql } from '../database/db.ts';

/** Takes a sign-in link, once. @param now Milliseconds since the epoch. */
export async function takeSignInLink(
  sql: Sql,
  hash: Uint8Array,
  now: number,
): Promise<{ readonly org_id: string; readonly user_id: string } | undefined> {
  const rows = await sql.query<{ org_id: string; user_id: string }>(
    `update sign_in_links set used_at = $2
     where token_hash = $1 and used_at is null and expires_at > $2::timestamptz
     returning org_id, user_id`,
    [hash, new Date(now).toISOString()],
  );
  return rows[0];
}
