import type { TelemetryEvent } from '@kilometers/core/api/events.ts';
import type { Sql } from '../database/db.ts';

/** Keeps events that are new. @returns Their ids: what was known already is left out. */
export async function insertEvents(
  sql: Sql,
  org: string,
  events: readonly TelemetryEvent[],
): Promise<ReadonlySet<string>> {
  const rows = await sql.query<{ id: string }>(
    `insert into events (org_id, day, id, ts, run, kind, body)
     select $1, (ts at time zone 'utc')::date, id, ts, run, kind, body::jsonb
     from unnest($2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::text[]) as e (id, ts, run, kind, body)
     on conflict do nothing
     returning id`,
    [
      org,
      events.map(({ id }) => id),
      events.map(({ ts }) => ts),
      events.map(({ run }) => run),
      events.map(({ kind }) => kind),
      events.map((event) => JSON.stringify(event)),
    ],
  );
  return new Set(rows.map(({ id }) => id));
}
