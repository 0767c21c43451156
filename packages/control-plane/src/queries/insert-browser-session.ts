import type { Sql } from '../database/db.ts';

interface NewSession {
  readonly hash: Uint8Array;
  readonly org: string;
  readonly user: string;
  /** ISO 8601. */
  readonly now: string;
  readonly expiresAt: string;
}

/** Begins a browser session, and notes that the member was seen. */
export async function insertBrowserSession(sql: Sql, { hash, org, user, now, expiresAt }: NewSession): Promise<void> {
  await sql.query(
    'insert into browser_sessions (token_hash, org_id, user_id, created_at, expires_at) values ($1, $2, $3, $4, $5)',
    [hash, org, user, now, expiresAt],
  );
  await sql.query('update members set last_seen = $3 where org_id = $1 and user_id = $2', [org, user, now]);
}
