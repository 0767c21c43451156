import type { Sql } from '../database/db.ts';
import type { RunSum } from '../rules/sum-runs.ts';

export async function upsertRuns(sql: Sql, org: string, runs: readonly RunSum[]): Promise<void> {
  const column = <T>(of: (sum: RunSum) => T) => runs.map(of);
  await sql.query(
    `insert into runs as r (org_id, run, session, server, client, first_at, last_at, calls, errors, blocked, max_risk)
     select $1, * from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[], $8::bigint[],
       $9::bigint[], $10::bigint[], $11::float8[])
     on conflict (org_id, run) do update set
       session = coalesce(r.session, excluded.session),
       server = coalesce(r.server, excluded.server),
       client = coalesce(r.client, excluded.client),
       first_at = least(r.first_at, excluded.first_at),
       last_at = greatest(r.last_at, excluded.last_at),
       calls = r.calls + excluded.calls,
       errors = r.errors + excluded.errors,
       blocked = r.blocked + excluded.blocked,
       max_risk = greatest(r.max_risk, excluded.max_risk)`,
    [
      org,
      column(({ run }) => run),
      column(({ session }) => session),
      column(({ server }) => server),
      column(({ client }) => client),
      column(({ firstAt }) => new Date(firstAt).toISOString()),
      column(({ lastAt }) => new Date(lastAt).toISOString()),
      column(({ calls }) => calls),
      column(({ errors }) => errors),
      column(({ blocked }) => blocked),
      column(({ maxRisk }) => maxRisk),
    ],
  );
}
