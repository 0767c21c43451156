import { ingestEvents, type TelemetryEvent } from '@kilometers/core/api/events.ts';
import { tierHas } from '@kilometers/core/tiers.ts';
import type { KmCaller } from '../../caller.ts';
import type { Db, Sql } from '../../database/db.ts';
import { Refusal } from '../../problem.ts';
import { addToMonth } from '../../queries/add-to-month.ts';
import { countMonth } from '../../queries/count-month.ts';
import { createEventPartition } from '../../queries/create-event-partition.ts';
import { findOrganisation } from '../../queries/find-organisation.ts';
import { insertEvents } from '../../queries/insert-events.ts';
import { insertFindings } from '../../queries/insert-findings.ts';
import { insertRollUps } from '../../queries/insert-roll-ups.ts';
import { notifyEvents } from '../../queries/notify-events.ts';
import { upsertDimensions } from '../../queries/upsert-dimensions.ts';
import { upsertRuns } from '../../queries/upsert-runs.ts';
import { route } from '../../route.ts';
import { eventsRemaining } from '../../rules/quota.ts';
import { itemsOf, readEvents } from '../../rules/read-events.ts';
import { rollUp, startOf } from '../../rules/roll-up.ts';
import { sumRuns } from '../../rules/sum-runs.ts';
import type { Services } from '../../services.ts';

/**
 * Takes events. One transaction keeps them, their sums, runs and findings, and counts them against the quota: a batch that is
 * sent again after a lost answer finds its ids known and changes nothing.
 */
export function ingestEventsRoute({ db, metrics, now }: Services) {
  const partitions = rememberPartitions(db);
  return route(ingestEvents, async ({ body, caller }) => {
    if (caller.kind !== 'km' || !tierHas(caller.tier, 'telemetry')) throw new Refusal('tier.insufficient');
    const items = itemsOf(body);
    const { retention_days } = await findOrganisation(db, caller.org);
    const { events, rejected } = readEvents(items, { now: now(), retentionDays: retention_days });
    await partitions(events);
    const { added, remaining } = await db.within(caller.org, (sql) => keep(sql, caller, events, now()));
    const duplicates = items.length - rejected.length - added;
    metrics.count('km_events_accepted_total', {}, added);
    metrics.count('km_events_duplicate_total', {}, duplicates);
    metrics.count('km_events_rejected_total', {}, rejected.length);
    return { accepted: added, duplicates, rejected: [...rejected], events_remaining: remaining };
  });
}

interface Kept {
  readonly added: number;
  readonly remaining: number | null;
}

async function keep(sql: Sql, { org, tier }: KmCaller, events: readonly TelemetryEvent[], now: number): Promise<Kept> {
  const ids = events.length === 0 ? new Set() : await insertEvents(sql, org, events);
  const added = events.filter(({ id }) => ids.has(id));
  if (added.length === 0) return { added: 0, remaining: eventsRemaining(tier, await countMonth(sql, org, now)) };
  const { dimensions, rollUps } = rollUp(added);
  if (rollUps.length > 0) await insertRollUps(sql, org, rollUps, await upsertDimensions(sql, org, dimensions));
  await upsertRuns(sql, org, sumRuns(added));
  await insertFindings(sql, org, added);
  await notifyEvents(sql, org);
  // Last, so that the row all batches of an organisation wait for is locked for as short as can be.
  const used = await addToMonth(sql, org, added.length, now);
  const remaining = eventsRemaining(tier, used);
  if (remaining === 0 && (eventsRemaining(tier, used - added.length) ?? 0) < added.length)
    throw new Refusal('quota.exhausted');
  return { added: added.length, remaining };
}

/** Makes the partitions that events need, each once. */
function rememberPartitions(db: Db): (events: readonly TelemetryEvent[]) => Promise<void> {
  const known = new Set<string>();
  return async (events) => {
    const days = new Set(events.map(({ ts }) => startOf('day', ts).slice(0, 10)));
    for (const day of [...days].sort()) {
      if (known.has(day)) continue;
      await db.transaction((sql) => createEventPartition(sql, day));
      known.add(day);
    }
  };
}
