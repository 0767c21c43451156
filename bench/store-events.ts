import type { Db } from '../packages/control-plane/src/database/db.ts';
import { compactRollUps } from '../packages/control-plane/src/queries/compact-roll-ups.ts';
import { createEventPartition } from '../packages/control-plane/src/queries/create-event-partition.ts';
import { upsertDimensions } from '../packages/control-plane/src/queries/upsert-dimensions.ts';
import { startOf } from '../packages/control-plane/src/rules/roll-up.ts';

const days = 30;
const tools = 20;

/** Each event's number, moment and duration: spread evenly over the days before, twenty tools, durations of 1 to 200 ms. */
const made = `generate_series($2::bigint, $3::bigint - 1) n,
  lateral (select $4::timestamptz + (n * 7919 % ${days * 1440}) * interval '1 minute' as ts, n % ${tools} as tool, 1 + n * 31 % 200 as ms) e`;

/** Stores events with their roll-ups as the ingest would have, by SQL: a million in less than a minute. */
export async function storeEvents(
  db: Db,
  org: string,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<void> {
  const begin = Date.parse(startOf('day', new Date().toISOString())) - days * 86_400_000;
  const values = [org, from, to, new Date(begin).toISOString()];
  for (let day = 0; day < days; day++) {
    const name = new Date(begin + day * 86_400_000).toISOString().slice(0, 10);
    await db.transaction((sql) => createEventPartition(sql, name));
  }
  const dimension = { server: 'files', method: 'tools/call', client: 'a client', tags: {} };
  const dimensions = Array.from({ length: tools }, (_, n) => ({ ...dimension, key: `made ${n}`, tool: `tool-${n}` }));
  await upsertDimensions(db, org, dimensions);
  await db.query(
    `insert into events (org_id, day, id, ts, run, kind, body)
     select $1, (ts at time zone 'utc')::date, 'made:' || n, ts, 'made-' || n % 1000, 'exchange',
       jsonb_build_object('id', 'made:' || n, 'kind', 'exchange', 'ts', ts, 'run', 'made-' || n % 1000, 'tool', 'tool-' || tool, 'ms', ms)
     from ${made}`,
    values,
  );
  for (const grain of ['hour', 'day']) await storeRollUps(db, grain, values);
  await db.transaction((sql) => compactRollUps(sql, startOf('hour', new Date().toISOString())));
  await db.query('analyze');
}

async function storeRollUps(db: Db, grain: string, values: readonly (string | number)[]): Promise<void> {
  const source = `from ${made} join dimensions d on d.org_id = $1 and d.key = 'made ' || e.tool`;
  const t = `date_trunc('${grain}', ts, 'UTC')`;
  await db.query(
    `insert into rollups (org_id, grain, t, dimension, calls, errors, tool_errors, unanswered, noted, high, blocked, changed,
       bytes_in, bytes_out, ms_sum)
     select $1, '${grain}', ${t}, d.id, count(*), 0, 0, 0, 0, 0, 0, 0, 0, 0, sum(ms) ${source} group by 3, 4`,
    values,
  );
  await db.query(
    `insert into latencies (org_id, grain, t, dimension, bin, n)
     select $1, '${grain}', ${t}, d.id, floor(ln(ms) / ln(1.06)), count(*) ${source} group by 3, 4, 5`,
    values,
  );
}
