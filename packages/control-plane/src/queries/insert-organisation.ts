import type { Tier } from '@kilometers/core/tiers.ts';
import type { Sql } from '../database/db.ts';

/** @returns Its id. */
export async function insertOrganisation(sql: Sql, name: string, tier: Tier): Promise<string> {
  const [row] = await sql.query<{ id: string }>('insert into organisations (name, tier) values ($1, $2) returning id', [
    name,
    tier,
  ]);
  return (row as { id: string }).id; // An insert without conflict gives one row.
}
