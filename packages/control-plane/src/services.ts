import type { Config } from './config.ts';
import type { Db } from './database/db.ts';
import { createLive, type Live } from './live.ts';
import type { Log } from './log.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { createSeal, type Seal } from './secrets/seal.ts';
import { createSigningKeys, type SigningKeys } from './secrets/signing-keys.ts';

/** What the operations work with. One of each for a process. */
export interface Services {
  readonly db: Db;
  readonly seal: Seal;
  readonly signingKeys: SigningKeys;
  readonly live: Live;
  readonly metrics: Metrics;
  readonly log: Log;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly config: Pick<Config, 'publicUrl' | 'trustProxy'>;
  /** False once the process is to end: load balancers then look elsewhere. */
  readonly ready: () => boolean;
}

interface Parts {
  readonly db: Db;
  readonly log: Log;
  readonly config: Pick<Config, 'publicUrl' | 'trustProxy' | 'secret'>;
  readonly now?: () => number;
  readonly ready?: () => boolean;
}

export function createServices({ db, log, config, now = Date.now, ready = () => true }: Parts): Services {
  const seal = createSeal(config.secret);
  const signingKeys = createSigningKeys({ db, seal, issuer: config.publicUrl, now });
  return { db, seal, signingKeys, live: createLive(db), metrics: createMetrics(), log, now, config, ready };
}
