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
import { upsertRuns } from '../../queries/upsert-runs.ts';
import { route } from '../../route.ts';
import { eventsRemaining } from '../../rules/quota.ts';
import { itemsOf, readEvents } from '../../rules/read-events.ts';
import { rollUp, startOf } from '../../rules/roll-up.ts';
import { sumRuns } from '../../rules/sum-runs.ts';
import type { Services } from '../../services.ts';
import { type KnownDimensions, rememberDimensions } from './remember-dimensions.ts';

/**
 * Takes events. One transaction keeps them, their sums, runs and findings, and counts them against the quota: a batch that is
 * sent again after a lost answer finds its ids known and changes nothing.
 */
export function ingestEventsRoute({ db, metrics, now }: Services) {
  const partitions = rememberPartitions(db);
  const dimensions = rememberDimensions();
  return route(ingestEvents, async ({ body, caller }) => {
    if (caller.kind !== 'km' || !tierHas(caller.tier, 'telemetry')) throw new Refusal('tier.insufficient');
    const items = itemsOf(body);
    const { retention_days } = await findOrganisation(db, caller.org);
    const { events, rejected } = readEvents(items, { now: now(), retentionDays: retention_days });
    await partitions(events);
    const { added, remaining, committed } = await db.within(caller.org, (sql) =>
      keep(sql, { caller, events, dimensions, now: now() }),
    );
    committed();
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
  /** To be called when the transaction is through. */
  committed(): void;
}

interface ToKeep {
  readonly caller: KmCaller;
  readonly events: readonly TelemetryEvent[];
  readonly dimensions: KnownDimensions;
  readonly now: number;
}

async function keep(sql: Sql, { caller: { org, tier }, events, dimensions, now }: ToKeep): Promise<Kept> {
  const ids = events.length === 0 ? new Set() : await insertEvents(sql, org, events);
  const added = events.filter(({ id }) => ids.has(id));
  if (added.length === 0) {
    return { added: 0, remaining: eventsRemaining(tier, await countMonth(sql, org, now)), committed() {} };
  }
  const sums = rollUp(added);
  const { ids: dimensionIds, committed } = await dimensions.find(sql, org, sums.dimensions);
  if (sums.rollUps.length > 0) await insertRollUps(sql, org, sums.rollUps, dimensionIds);
  await upsertRuns(sql, org, sumRuns(added));
  await insertFindings(sql, org, added);
  // Last, so that the row all batches of an organisation wait for is locked for as short as can be.
  const used = await addToMonth(sql, org, added.length, now);
  const remaining = eventsRemaining(tier, used);
  if (remaining === 0 && (eventsRemaining(tier, used - added.length) ?? 0) < added.length)
    throw new Refusal('quota.exhausted');
  return { added: added.length, remaining, committed };
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
