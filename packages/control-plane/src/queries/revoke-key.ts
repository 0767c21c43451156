import type { Sql } from '../database/db.ts';

/** Revokes a key and forgets what would renew its tokens. @returns Its name; undefined when it is unknown or revoked already. */
export async function revokeKey(sql: Sql, org: string, id: string, now: number): Promise<string | undefined> {
  const [row] = await sql.query<{ name: string }>(
    'update api_keys set revoked_at = $3 where org_id = $1 and id = $2 and revoked_at is null returning name',
    [org, id, new Date(now).toISOString()],
  );
  return row?.name;
}
