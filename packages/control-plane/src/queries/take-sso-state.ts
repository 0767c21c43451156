import type { Sql } from '../database/db.ts';

export interface SsoState {
  readonly org_id: string;
  readonly verifier: string;
  readonly nonce: string;
  readonly next: string;
}

/** Takes what was noted when a browser was sent away, once. @param now Milliseconds since the epoch. */
export async function takeSsoState(sql: Sql, hash: Uint8Array, now: number): Promise<SsoState | undefined> {
  const rows = await sql.query<SsoState>(
    'delete from sso_states where state_hash = $1 and expires_at > $2::timestamptz returning org_id, verifier, nonce, next',
    [hash, new Date(now).toISOString()],
  );
  return rows[0];
}
