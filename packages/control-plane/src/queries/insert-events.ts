import type { TelemetryEvent } from '@kilometers/core/api/events.ts';
import type { Sql } from '../database/db.ts';

/** Keeps events that are new. @returns Their ids: what was known already is left out. */
export async function insertEvents(
  sql: Sql,
  org: string,
  events: readonly TelemetryEvent[],
): Promise<ReadonlySet<string>> {
  // One text for all: as arrays every quotation mark would be escaped once more, which takes more than half of the time here.
  const rows = await sql.query<{ id: string }>(
    `insert into events (org_id, day, id, ts, run, kind, body)
     select $1, (ts at time zone 'utc')::date, body->>'id', ts, body->>'run', body->>'kind', body
     from jsonb_array_elements($2::jsonb) as e (body), cast(body->>'ts' as timestamptz) as ts
     on conflict do nothing
     returning id`,
    [org, JSON.stringify(events)],
  );
  return new Set(rows.map(({ id }) => id));
}
