import type { Sql } from '../database/db.ts';

export interface UsedRefreshToken {
  readonly family: string;
  readonly key_id: string;
  /** True when it had been used before: whoever used it then, or uses it now, has stolen it. */
  readonly again: boolean;
}

/** Marks a refresh token as used; undefined when it is unknown or has expired. @param now Milliseconds since the epoch. */
export async function useRefreshToken(sql: Sql, hash: Uint8Array, now: number): Promise<UsedRefreshToken | undefined> {
  const rows = await sql.query<UsedRefreshToken>(
    `with found as (
       select token_hash, family, key_id, used_at from refresh_tokens
       where token_hash = $1 and expires_at > $2::timestamptz
       for update
     ), used as (
       update refresh_tokens t set used_at = $2 from found f where t.token_hash = f.token_hash and f.used_at is null
     )
     select family, key_id, used_at is not null as again from found`,
    [hash, new Date(now).toISOString()],
  );
  return rows[0];
}
