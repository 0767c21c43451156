import type { Sql } from '../database/db.ts';
import type { Cursor } from '../rules/page.ts';
import type { KeyListing } from './insert-key.ts';

/** The latest first. */
export function listKeys(
  sql: Sql,
  org: string,
  limit: number,
  after: Cursor | undefined,
): Promise<readonly KeyListing[]> {
  return sql.query(
    `select id, name, prefix, created_at, created_by, last_used, revoked_at
     from api_keys
     where org_id = $1 and ($2::timestamptz is null or (created_at, id) < ($2, $3::uuid))
     order by created_at desc, id desc limit $4`,
    [org, after?.at ?? null, after?.id ?? null, limit],
  );
}
