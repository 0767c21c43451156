import type { Sql } from '../database/db.ts';

/** Any number; replicas take turns. */
const lockId = 7_205_116;

/**
 * Sums up roll-ups that came in with several batches, up to a moment. Rows that come in meanwhile are left as they are: they
 * are not seen, and not deleted.
 *
 * @param before Beginning of the first hour that is left alone, ISO 8601.
 * @returns False when another replica is at it.
 */
export async function compactRollUps(sql: Sql, before: string): Promise<boolean> {
  const [lock] = await sql.query<{ mine: boolean }>('select pg_try_advisory_xact_lock($1) as mine', [lockId]);
  if (!lock?.mine) return false;
  await sql.query(
    `with several as (
       select org_id, grain, t, dimension from rollups where t < $1::timestamptz
       group by 1, 2, 3, 4 having count(*) > 1
     ), old as (
       delete from rollups r using several s
       where r.org_id = s.org_id and r.grain = s.grain and r.t = s.t and r.dimension = s.dimension
       returning r.*
     )
     insert into rollups
     select org_id, grain, t, dimension, sum(calls), sum(errors), sum(tool_errors), sum(unanswered), sum(noted), sum(high),
       sum(blocked), sum(changed), sum(bytes_in), sum(bytes_out), sum(ms_sum)
     from old group by 1, 2, 3, 4`,
    [before],
  );
  await sql.query(
    `with several as (
       select org_id, grain, t, dimension, bin from latencies where t < $1::timestamptz
       group by 1, 2, 3, 4, 5 having count(*) > 1
     ), old as (
       delete from latencies l using several s
       where l.org_id = s.org_id and l.grain = s.grain and l.t = s.t and l.dimension = s.dimension and l.bin = s.bin
       returning l.*
     )
     insert into latencies
     select org_id, grain, t, dimension, bin, sum(n) from old group by 1, 2, 3, 4, 5`,
    [before],
  );
  return true;
}
