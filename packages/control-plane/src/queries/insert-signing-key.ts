import type { JWK } from 'jose';
import type { Sql } from '../database/db.ts';

interface NewKey {
  readonly kid: string;
  readonly publicJwk: JWK;
  readonly privateSealed: Uint8Array;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly retiresAt: number;
}

export async function insertSigningKey(
  sql: Sql,
  { kid, publicJwk, privateSealed, createdAt, retiresAt }: NewKey,
): Promise<void> {
  const time = (ms: number) => new Date(ms).toISOString();
  await sql.query(
    `insert into signing_keys (kid, public_jwk, private_sealed, created_at, retires_at)
     values ($1, $2::text::jsonb, $3, $4, $5)`,
    [kid, JSON.stringify(publicJwk), privateSealed, time(createdAt), time(retiresAt)],
  );
}
