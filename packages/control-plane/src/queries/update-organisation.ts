import type { Sql } from '../database/db.ts';

interface Change {
  readonly name?: string | undefined;
  readonly retentionDays?: number | undefined;
  /** JSON; `null` takes single sign-on away, undefined leaves it. */
  readonly sso?: string | null | undefined;
}

export async function updateOrganisation(sql: Sql, org: string, { name, retentionDays, sso }: Change): Promise<void> {
  await sql.query(
    `update organisations set
       name = coalesce($2, name),
       retention_days = coalesce($3, retention_days),
       sso = case when $4 then $5::text::jsonb else sso end
     where id = $1`,
    [org, name ?? null, retentionDays ?? null, sso !== undefined, sso ?? null],
  );
}
