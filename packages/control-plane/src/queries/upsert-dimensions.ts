import type { Sql } from '../database/db.ts';
import type { Dimension } from '../rules/roll-up.ts';

/** The ids of dimensions, by key; those that are new are kept. */
export async function upsertDimensions(
  sql: Sql,
  org: string,
  dimensions: readonly Dimension[],
): Promise<ReadonlyMap<string, number>> {
  const keys = dimensions.map(({ key }) => key);
  await sql.query(
    `insert into dimensions (org_id, key, server, method, tool, client, tags)
     select $1, key, server, method, tool, client, tags::jsonb
     from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[]) as d (key, server, method, tool, client, tags)
     where not exists (select from dimensions known where known.org_id = $1 and known.key = d.key)
     order by key
     on conflict do nothing`,
    [
      org,
      keys,
      dimensions.map(({ server }) => server),
      dimensions.map(({ method }) => method),
      dimensions.map(({ tool }) => tool),
      dimensions.map(({ client }) => client),
      dimensions.map(({ tags }) => JSON.stringify(tags)),
    ],
  );
  const rows = await sql.query<{ key: string; id: number }>(
    'select key, id from dimensions where org_id = $1 and key = any ($2::text[])',
    [org, keys],
  );
  return new Map(rows.map(({ key, id }) => [key, id]));
}
