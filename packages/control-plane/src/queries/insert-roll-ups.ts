import type { Sql } from '../database/db.ts';
import type { RollUp } from '../rules/roll-up.ts';

/** Adds the sums of a batch, as rows of their own, in one statement. @param ids Ids of the dimensions, by key. */
export async function insertRollUps(
  sql: Sql,
  org: string,
  rollUps: readonly RollUp[],
  ids: ReadonlyMap<string, number>,
): Promise<void> {
  const column = <T>(of: (sum: RollUp) => T) => rollUps.map(of);
  const idOf = ({ dimension }: RollUp) => ids.get(dimension) ?? null;
  const bins = rollUps.flatMap((sum) => [...sum.bins].map(([bin, n]) => ({ sum, bin, n })));
  await sql.query(
    `with sums as (
     insert into rollups (org_id, grain, t, dimension, calls, errors, tool_errors, unanswered, noted, high, blocked, changed,
       bytes_in, bytes_out, ms_sum)
     select $1, * from unnest($2::text[], $3::timestamptz[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
       $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::float8[])
     )
     insert into latencies (org_id, grain, t, dimension, bin, n)
     select $1, * from unnest($16::text[], $17::timestamptz[], $18::bigint[], $19::smallint[], $20::bigint[])`,
    [
      org,
      column(({ grain }) => grain),
      column(({ t }) => t),
      column(idOf),
      column(({ calls }) => calls),
      column(({ errors }) => errors),
      column(({ toolErrors }) => toolErrors),
      column(({ unanswered }) => unanswered),
      column(({ noted }) => noted),
      column(({ high }) => high),
      column(({ blocked }) => blocked),
      column(({ changed }) => changed),
      column(({ bytesIn }) => bytesIn),
      column(({ bytesOut }) => bytesOut),
      column(({ msSum }) => msSum),
      bins.map(({ sum }) => sum.grain),
      bins.map(({ sum }) => sum.t),
      bins.map(({ sum }) => idOf(sum)),
      bins.map(({ bin }) => bin),
      bins.map(({ n }) => n),
    ],
  );
}
