import { fetchPolicy } from '@kilometers/core/api/policies.ts';
import type { Account } from '../account/account.ts';
import { isApiError } from '../account/api-error.ts';
import { fetchKeys } from '../account/exchange.ts';
import { readClaims } from '../account/read-claims.ts';
import { afterUnref } from '../after.ts';
import type { Config } from '../config/load.ts';
import { type Fetched, followPolicy } from '../organisation/follow-policy.ts';
import { signedInClient } from './account-parts.ts';
import { sourceOf } from './kept-policy.ts';

export interface FollowedPolicy {
  readonly config: Config;
  readonly account: Account;
  /** Serial of the policy that holds already; 0 for none. */
  readonly holds: number;
  /** Has the rules hold from the next message on. @throws KmError `policy.invalid` */
  readonly apply: (text: string) => Promise<void>;
  readonly note: (text: string) => void;
  readonly warn: (text: string) => void;
}

/** Follows the policy of whoever signs in. The function given back ends that. */
export function followOrganisation({ config, account, ...heard }: FollowedPolicy): () => void {
  const client = signedInClient(config, account);
  const { close } = followPolicy({
    ...sourceOf(config),
    ...heard,
    org: async () => {
      const token = await account.accessToken();
      return token && readClaims(token.reveal())?.org;
    },
    fetch: async (etag): Promise<Fetched> => {
      const headers = etag === undefined ? {} : { 'If-None-Match': etag };
      const answer = await client.call(fetchPolicy, { headers }).catch((error: unknown) => {
        if (isApiError(error) && error.status === 404) return undefined;
        throw error;
      });
      if (answer === undefined) return { kind: 'none' };
      if (answer.value === undefined) return { kind: 'unchanged' };
      const tag = answer.headers.etag;
      return { kind: 'policy', signed: answer.value, etag: typeof tag === 'string' ? tag : undefined };
    },
    fetchKeys: () => fetchKeys(client),
    everyMs: config.settings.organisation.refresh * 1_000,
    now: Date.now,
    after: afterUnref,
  });
  return close;
}
