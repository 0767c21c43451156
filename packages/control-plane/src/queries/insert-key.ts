import type { Sql } from '../database/db.ts';

export interface KeyListing {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly created_at: string;
  readonly created_by: string | null;
  readonly last_used: string | null;
  readonly revoked_at: string | null;
}

interface NewKey {
  readonly org: string;
  readonly name: string;
  readonly prefix: string;
  readonly hash: Uint8Array;
  readonly createdBy: string | null;
}

export async function insertKey(sql: Sql, { org, name, prefix, hash, createdBy }: NewKey): Promise<KeyListing> {
  const [row] = await sql.query<KeyListing>(
    `insert into api_keys (org_id, name, prefix, key_hash, created_by) values ($1, $2, $3, $4, $5)
     returning id, name, prefix, created_at, created_by, last_used, revoked_at`,
    [org, name, prefix, hash, createdBy],
  );
  return row as KeyListing; // An insert without conflict gives one row.
}
