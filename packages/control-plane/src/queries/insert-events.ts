import type { TelemetryEvent } from '@kilometers/core/api/events.ts';
import type { Sql } from '../database/db.ts';

/** Keeps events that are new. @returns Their ids: what was known already is left out. No id comes twice. */
export async function insertEvents(
  sql: Sql,
  org: string,
  events: readonly TelemetryEvent[],
): Promise<ReadonlySet<string>> {
  // Bodies and ids go as one text with a line for each, which neither has inside, and moments as they are: as values of an
  // array each quotation mark would be looked for and escaped. What is known of an event is not looked up in its body again.
  const [row] = await sql.query<{ ids: readonly string[] | null }>(
    `with added as (
       insert into events (org_id, day, id, ts, run, kind, body)
       select $1, (ts at time zone 'utc')::date, id, ts, run, kind, body::jsonb
       from unnest(string_to_array($2, E'\\n'), $3::timestamptz[], $4::text[], $5::text[], string_to_array($6, E'\\n'))
         as e (id, ts, run, kind, body)
       on conflict do nothing
       returning id
     )
     select case when count(*) < $7 then coalesce(array_agg(id), '{}') end as ids from added`,
    [
      org,
      events.map(({ id }) => id).join('\n'),
      `{${events.map(({ ts }) => ts).join(',')}}`,
      events.map(({ run }) => run),
      events.map(({ kind }) => kind),
      events.map((event) => JSON.stringify(event)).join('\n'),
      events.length,
    ],
  );
  return new Set(row?.ids ?? events.map(({ id }) => id));
}
