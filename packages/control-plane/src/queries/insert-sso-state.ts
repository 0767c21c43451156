import type { Sql } from '../database/db.ts';

interface NewState {
  readonly hash: Uint8Array;
  readonly org: string;
  readonly verifier: string;
  readonly nonce: string;
  /** The path that the person is sent to in the end. */
  readonly next: string;
  /** ISO 8601. */
  readonly expiresAt: string;
}

export async function insertSsoState(
  sql: Sql,
  { hash, org, verifier, nonce, next, expiresAt }: NewState,
): Promise<void> {
  await sql.query(
    'insert into sso_states (state_hash, org_id, verifier, nonce, next, expires_at) values ($1, $2, $3, $4, $5, $6)',
    [hash, org, verifier, nonce, next, expiresAt],
  );
}
