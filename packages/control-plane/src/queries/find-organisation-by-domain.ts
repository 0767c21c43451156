import type { Sql } from '../database/db.ts';
import type { StoredSso } from './find-organisation.ts';

export interface SsoOrganisation {
  readonly id: string;
  readonly sso: StoredSso;
}

/** The organisation whose identity provider is in charge of a domain. */
export async function findOrganisationByDomain(sql: Sql, domain: string): Promise<SsoOrganisation | undefined> {
  const rows = await sql.query<SsoOrganisation>(
    `select id, sso from organisations where sso -> 'domains' ? $1 order by created_at limit 1`,
    [domain],
  );
  return rows[0];
}
