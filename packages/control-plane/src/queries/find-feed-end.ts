import type { Sql } from '../database/db.ts';
import type { FeedPlace } from './list-events-after.ts';

/** Where a feed begins that is to tell only what comes from now on. */
export async function findFeedEnd(sql: Sql): Promise<FeedPlace> {
  const [row] = await sql.query<{ tx: number }>('select (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint as tx');
  return { tx: row?.tx ?? 0, seq: 0 };
}
