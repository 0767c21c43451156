import type { Tier } from '@kilometers/core/tiers.ts';
import type { TierState } from './account.ts';
import { readClaims, tierFrom } from './read-claims.ts';
import type { KeptToken } from './read-token.ts';

/** The tier of a token that has ended, and was not renewed, holds for so long. */
export const graceMs = 72 * 3_600_000;

/** Its end is announced so long before. */
export const announceMs = 24 * 3_600_000;

/** A clock may be put right by so much without anybody meaning anything by it. */
const clockSlackMs = 10 * 60_000;

export interface TierParts {
  readonly kept: KeptToken | undefined;
  /** Of the control plane that is asked now: what another one said counts for nothing here. */
  readonly origin: string;
  readonly defaultTier: Tier;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Which tier holds at a moment, by the token that was kept. */
export function tierStateOf({ kept, origin, defaultTier, now }: TierParts): TierState {
  const tier = kept && kept.origin === origin ? tierOf(kept) : undefined;
  if (kept === undefined || tier === undefined) return { tier: defaultTier, from: 'default', until: undefined };
  const graceEnds = kept.expiresAt + graceMs;
  // A clock that was set back would give a token that has ended a second life; then nobody can tell how old it is.
  const setBack = now < kept.seenAt - clockSlackMs;
  const time = Math.max(now, kept.seenAt);
  if (!setBack && time < kept.expiresAt) return { tier, from: 'token', until: kept.expiresAt };
  const holds = !setBack && time < graceEnds;
  return { tier: holds ? tier : 'free', from: 'last-known', until: setBack ? now : graceEnds };
}

/** The tier that a token is for. A token without one, of a tier to come, counts as free. */
function tierOf({ jwt, plan }: KeptToken): Tier | undefined {
  const claims = readClaims(jwt.reveal());
  return claims && (claims.tier ?? tierFrom(plan) ?? 'free');
}

/** True when the token should be renewed: 60 s before its end, or sooner before that of a very short one. */
export function isDue({ receivedAt, expiresAt }: KeptToken, now: number): boolean {
  return now < receivedAt - clockSlackMs || now >= expiresAt - 1.5 * renewBeforeMs({ receivedAt, expiresAt });
}

/** How long before its end a token is renewed. */
export function renewBeforeMs({ receivedAt, expiresAt }: Pick<KeptToken, 'receivedAt' | 'expiresAt'>): number {
  return Math.min(60_000, (expiresAt - receivedAt) / 3);
}
