import type { Sql } from '../database/db.ts';

interface NewLink {
  readonly hash: Uint8Array;
  readonly org: string;
  readonly user: string;
  /** ISO 8601. */
  readonly expiresAt: string;
}

export async function insertSignInLink(sql: Sql, { hash, org, user, expiresAt }: NewLink): Promise<void> {
  await sql.query('insert into sign_in_links (token_hash, org_id, user_id, expires_at) values ($1, $2, $3, $4)', [
    hash,
    org,
    user,
    expiresAt,
  ]);
}
