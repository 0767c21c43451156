import type { Tier } from '@kilometers/core/tiers.ts';

/** Events a month; undefined is without end. The free tier sends none. */
const eventsPerMonth: Readonly<Record<Tier, number | undefined>> = {
  free: 0,
  pro: 1_000_000,
  team: 20_000_000,
  enterprise: undefined,
};

/** @returns null where there is no quota. */
export function eventsRemaining(tier: Tier, used: number): number | null {
  const quota = eventsPerMonth[tier];
  return quota === undefined ? null : Math.max(0, quota - used);
}
