import type { Tier } from '@kilometers/core/tiers.ts';
import type { Sql } from '../database/db.ts';

export interface OrganisationRow {
  readonly id: string;
  readonly name: string;
  readonly tier: Tier;
  readonly retention_days: number;
  readonly active_policy: number | null;
  readonly created_at: string;
}

/** @throws Error when there is none of that id. */
export async function findOrganisation(sql: Sql, id: string): Promise<OrganisationRow> {
  const [row] = await sql.query<OrganisationRow>(
    'select id, name, tier, retention_days, active_policy, created_at from organisations where id = $1',
    [id],
  );
  if (!row) throw new Error(`There is no organisation ${id}, though somebody of it asks.`);
  return row;
}
