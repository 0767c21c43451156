import type { TelemetryEvent } from '@kilometers/core/api/events.ts';
import type { Sql } from '../database/db.ts';

/** Where a live feed stands: the transaction and number of the last event it has told. */
export interface FeedPlace {
  readonly tx: number;
  readonly seq: number;
}

export interface LiveEvent extends FeedPlace {
  readonly body: TelemetryEvent;
}

/**
 * Events that came in after a place, in the order of their transactions. Those of transactions that began after one that is
 * still under way are left for the next look: else what that one brings would be missed.
 */
export function listEventsAfter(
  sql: Sql,
  org: string,
  { tx, seq }: FeedPlace,
  limit: number,
): Promise<readonly LiveEvent[]> {
  return sql.query(
    `select tx, seq, body from events
     where org_id = $1 and (tx, seq) > ($2, $3) and tx < (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint
     order by tx, seq limit $4`,
    [org, tx, seq, limit],
  );
}
