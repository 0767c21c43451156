import type { TelemetryEvent } from '@kilometers/core/api/events.ts';
import type { Sql } from '../database/db.ts';
import type { Cursor } from '../rules/page.ts';

export interface EventRow {
  readonly id: string;
  readonly ts: string;
  readonly body: TelemetryEvent;
}

/** Events of one run, the latest first. */
export function listRunEvents(
  sql: Sql,
  org: string,
  run: string,
  limit: number,
  after: Cursor | undefined,
): Promise<readonly EventRow[]> {
  return sql.query(
    `select id, ts, body
     from events
     where org_id = $1 and run = $2 and ($3::timestamptz is null or (ts, id) < ($3, $4))
     order by ts desc, id desc limit $5`,
    [org, run, after?.at ?? null, after?.id ?? null, limit],
  );
}
