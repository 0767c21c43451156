import path from 'node:path';
import type { Config } from '../config/load.ts';
import type { TierState } from './account.ts';
import { type KeptToken, readToken, tokenFile } from './read-token.ts';
import { tierStateOf } from './tier-state.ts';

/**
 * The tier as it was known last. On the way of every start of `km monitor`: one small file is read, and neither the
 * network nor the keyring is asked. Whether the token is genuine is found out a moment later (`openAccount`).
 */
export async function knownTier(config: Config, now: number): Promise<TierState> {
  const { default_tier: defaultTier, api_url } = config.settings;
  return tierStateOf({ kept: await knownToken(config), origin: new URL(api_url).origin, defaultTier, now });
}

/** The token that was kept last, of whatever control plane; it may have ended, and is not verified. */
export async function knownToken({ paths, apiKey, apiKeyOrigin }: Config): Promise<KeptToken | undefined> {
  const folder = path.join(paths.dataFolder, 'account');
  // Loaded only where a key is given: whatever hashes takes a millisecond of the start.
  const given = apiKey && (await import('./credential.ts')).credentialId(apiKey);
  const kept = apiKeyOrigin?.from === 'env' ? undefined : readToken(tokenFile(folder, undefined));
  // The key of a `.env` has a token only once its owner has allowed it.
  return kept ?? (given === undefined ? undefined : readToken(tokenFile(folder, given)));
}
