import type { Tier } from '@kilometers/core/tiers.ts';
import type { Sql } from '../database/db.ts';

/** Single sign-on as it is kept: the client secret sealed, base64. */
export interface StoredSso {
  readonly issuer: string;
  readonly client_id: string;
  readonly secret_sealed: string;
  readonly domains: readonly string[];
}

export interface OrganisationRow {
  readonly id: string;
  readonly name: string;
  readonly tier: Tier;
  readonly retention_days: number;
  readonly active_policy: number | null;
  readonly created_at: string;
  readonly sso: StoredSso | null;
}

/** @throws Error when there is none of that id. */
export async function findOrganisation(sql: Sql, id: string): Promise<OrganisationRow> {
  const [row] = await sql.query<OrganisationRow>(
    'select id, name, tier, retention_days, active_policy, created_at, sso from organisations where id = $1',
    [id],
  );
  if (!row) throw new Error(`There is no organisation ${id}, though somebody of it asks.`);
  return row;
}
