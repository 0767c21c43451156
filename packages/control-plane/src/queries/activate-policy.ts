import type { Sql } from '../database/db.ts';

/**
 * Puts a version in force. Its serial rises by one at least, and to the time in seconds: after a backup of last week was
 * brought in, the next policy is newer still than what km's have seen.
 *
 * @param now Milliseconds since the epoch.
 */
export async function activatePolicy(sql: Sql, org: string, version: number, now: number): Promise<void> {
  await sql.query(
    'update organisations set active_policy = $2, policy_serial = greatest(policy_serial + 1, $3::bigint) where id = $1',
    [org, version, Math.floor(now / 1_000)],
  );
}
