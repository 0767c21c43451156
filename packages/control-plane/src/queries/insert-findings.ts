import type { TelemetryEvent } from '@kilometers/core/api/events.ts';
import type { Sql } from '../database/db.ts';

/** Keeps each finding of the events as a row of its own. */
export async function insertFindings(sql: Sql, org: string, events: readonly TelemetryEvent[]): Promise<void> {
  const found = events.flatMap((event) => (event.findings ?? []).map((finding) => ({ event, finding })));
  if (found.length === 0) return;
  await sql.query(
    `insert into findings (org_id, at, event_id, run, server, tool, rule, owasp, weight, reason, outcome)
     select $1, * from unnest($2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
       $9::float8[], $10::text[], $11::text[])`,
    [
      org,
      found.map(({ event }) => event.ts),
      found.map(({ event }) => event.id),
      found.map(({ event }) => event.run),
      found.map(({ event }) => event.server ?? null),
      found.map(({ event }) => event.tool ?? null),
      found.map(({ finding }) => finding.rule),
      found.map(({ finding }) => finding.owasp ?? null),
      found.map(({ finding }) => finding.weight ?? null),
      found.map(({ finding }) => finding.reason ?? null),
      found.map(({ event }) => event.outcome ?? null),
    ],
  );
}
