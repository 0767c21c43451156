import type { Tier } from '@kilometers/core/tiers.ts';
import type { Secret } from '../config/secret.ts';

/** What the account may do at the moment, and by what right. */
export interface TierState {
  readonly tier: Tier;
  /** `token`: a signed token that holds. `last-known`: one that did, and no newer came. `default`: nobody is signed in. */
  readonly from: 'token' | 'last-known' | 'default';
  /** When it ends unless it is renewed, in milliseconds since the epoch; undefined where it does not. */
  readonly until: number | undefined;
}

/** Who uses this km. Asking it never waits for the network, except where it says so. */
export interface Account {
  readonly tier: TierState;
  /** Hears of every change of tier. The function given back ends that. */
  onTier(listener: (state: TierState) => void): () => void;
  /**
   * The access token, exchanged or renewed first where needed: waits for the network then. Undefined without a key, and
   * while no token is to be had. Told a token that the server refused, it gets another.
   */
  accessToken(refused?: Secret): Promise<Secret | undefined>;
  close(): void;
}
