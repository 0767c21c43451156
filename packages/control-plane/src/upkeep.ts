import { compactRollUps } from './queries/compact-roll-ups.ts';
import { deleteExpired } from './queries/delete-expired.ts';
import { deleteOldEvents } from './queries/delete-old-events.ts';
import { dropEventPartitions } from './queries/drop-event-partitions.ts';
import { longestRetention } from './queries/longest-retention.ts';
import { startOf } from './rules/roll-up.ts';
import type { Services } from './services.ts';

const everyMs = 60_000;
const dayMs = 86_400_000;

type Needed = Pick<Services, 'db' | 'now' | 'log'>;

/** Sums up roll-ups, drops what is older than it is kept, and forgets what has expired: now and then, on every replica. */
export function startUpkeep(services: Needed): () => void {
  const timer = setInterval(() => {
    upkeep(services).catch(({ message }: Error) =>
      services.log('warn', 'upkeep failed; it is tried again', { reason: message }),
    );
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** One round. What another replica does at the same time it leaves to that. */
export async function upkeep({ db, now, log }: Needed): Promise<void> {
  await db.transaction((sql) => compactRollUps(sql, startOf('hour', new Date(now()).toISOString())));
  await deleteExpired(db, now());
  const keptSince = new Date(now() - ((await longestRetention(db)) + 1) * dayMs).toISOString().slice(0, 10);
  const dropped = await db.transaction((sql) => dropEventPartitions(sql, keptSince));
  if (dropped.length > 0) log('info', 'dropped days that are kept no longer', { partitions: dropped.join(', ') });
  await deleteOldEvents(db, now());
}
