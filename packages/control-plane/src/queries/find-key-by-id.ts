import type { Tier } from '@kilometers/core/tiers.ts';
import type { Sql } from '../database/db.ts';

export interface KeyRow {
  readonly id: string;
  readonly org_id: string;
  readonly tier: Tier;
  readonly created_by: string | null;
}

/** A key that has not been revoked. */
export async function findKeyById(sql: Sql, id: string): Promise<KeyRow | undefined> {
  const rows = await sql.query<KeyRow>(
    `select k.id, k.org_id, o.tier, k.created_by
     from api_keys k join organisations o on o.id = k.org_id
     where k.id::text = $1 and k.revoked_at is null`,
    [id],
  );
  return rows[0];
}
