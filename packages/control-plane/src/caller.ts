import type { Caller, Role } from '@kilometers/core/api/roles.ts';
import type { Tier } from '@kilometers/core/tiers.ts';

/** A km that an API key let in. */
export interface KmCaller {
  readonly kind: 'km';
  readonly org: string;
  readonly tier: Tier;
  readonly keyId: string;
}

/** A person, in one organisation. */
export interface PersonCaller {
  readonly kind: 'person';
  readonly org: string;
  readonly tier: Tier;
  readonly userId: string;
  readonly role: Role;
}

/** Who asks, once that is known. */
export type Known = KmCaller | PersonCaller;

export function callerOf(known: Known): Caller {
  return known.kind === 'km' ? 'km' : known.role;
}

/** How whoever did something is called in the audit trail. */
export function actorOf(known: Known): string {
  return known.kind === 'km' ? `key:${known.keyId}` : `user:${known.userId}`;
}
