import type { JWK } from 'jose';
import type { Sql } from '../database/db.ts';

export interface SigningKeyRow {
  readonly kid: string;
  readonly public_jwk: JWK;
  readonly private_sealed: Uint8Array;
  readonly created_at: string;
}

/** Keys that still verify, the newest first. @param now Milliseconds since the epoch. */
export function listSigningKeys(sql: Sql, now: number): Promise<readonly SigningKeyRow[]> {
  return sql.query(
    `select kid, public_jwk, private_sealed, created_at
     from signing_keys
     where retires_at > $1::timestamptz
     order by created_at desc`,
    [new Date(now).toISOString()],
  );
}
