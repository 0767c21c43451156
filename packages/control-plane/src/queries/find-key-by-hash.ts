import type { Sql } from '../database/db.ts';
import type { KeyRow } from './find-key-by-id.ts';

/** A key that has not been revoked; notes that it was used. @param now Milliseconds since the epoch. */
export async function findKeyByHash(sql: Sql, hash: Uint8Array, now: number): Promise<KeyRow | undefined> {
  const rows = await sql.query<KeyRow>(
    `update api_keys k set last_used = $2
     from organisations o
     where k.key_hash = $1 and k.revoked_at is null and o.id = k.org_id
     returning k.id, k.org_id, o.tier, k.created_by`,
    [hash, new Date(now).toISOString()],
  );
  return rows[0];
}
