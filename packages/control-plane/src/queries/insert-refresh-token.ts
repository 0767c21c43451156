import type { Sql } from '../database/db.ts';

interface NewRefreshToken {
  readonly hash: Uint8Array;
  readonly family: string;
  readonly keyId: string;
  /** ISO 8601. */
  readonly expiresAt: string;
}

export async function insertRefreshToken(sql: Sql, { hash, family, keyId, expiresAt }: NewRefreshToken): Promise<void> {
  await sql.query('insert into refresh_tokens (token_hash, family, key_id, expires_at) values ($1, $2, $3, $4)', [
    hash,
    family,
    keyId,
    expiresAt,
  ]);
}
