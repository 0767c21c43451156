import path from 'node:path';
import type { Config } from '../config/load.ts';
import type { TierState } from './account.ts';
import { credentialId } from './credential.ts';
import { tierStateOf } from './tier-state.ts';
import { readToken, tokenFile } from './token-file.ts';

/**
 * The tier as it was known last. On the way of every start of `km monitor`: one small file is read, and neither the
 * network nor the keyring is asked. Whether the token is genuine is found out a moment later (`openAccount`).
 */
export function knownTier({ settings, paths, apiKey, apiKeyOrigin }: Config, now: number): TierState {
  const folder = path.join(paths.dataFolder, 'account');
  const given = apiKey && credentialId(apiKey);
  const kept = apiKeyOrigin?.from === 'env' ? undefined : readToken(tokenFile(folder, undefined));
  // The key of a `.env` has a token only once its owner has allowed it.
  const token = kept ?? (given === undefined ? undefined : readToken(tokenFile(folder, given)));
  const { default_tier: defaultTier, api_url } = settings;
  return tierStateOf({ kept: token, origin: new URL(api_url).origin, defaultTier, now });
}
