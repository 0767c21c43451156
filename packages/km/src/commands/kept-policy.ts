import { originOf } from '../account/key-source.ts';
import { knownToken } from '../account/known-tier.ts';
import { readClaims } from '../account/read-claims.ts';
import { verifyToken } from '../account/verify-token.ts';
import type { Config } from '../config/load.ts';
import { knownPolicy, type PolicySource } from '../organisation/follow-policy.ts';
import type { KeptPolicy } from '../organisation/kept-policy.ts';

/** The policy of the organisation that is signed in to, as it was fetched last: no network is asked. */
export async function keptPolicyOf(config: Config): Promise<KeptPolicy | undefined> {
  const token = await knownToken(config);
  const org = token && readClaims(token.jwt.reveal())?.org;
  return org === undefined ? undefined : knownPolicy(sourceOf(config), org);
}

/** Where policies of organisations are kept, and what verifies them. */
export function sourceOf({ paths, settings }: Config): PolicySource {
  return { dataFolder: paths.dataFolder, origin: originOf(settings.api_url), verify: verifyToken };
}
