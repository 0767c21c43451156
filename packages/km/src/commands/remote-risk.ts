import { analyzeRisk } from '@kilometers/core/api/risk.ts';
import type { Redactor } from '@kilometers/core/redact.ts';
import type { Account } from '../account/account.ts';
import type { ApiClient } from '../account/api-client.ts';
import { now } from '../clock.ts';
import type { Config } from '../config/load.ts';
import { remoteRisk } from '../filters/remote-risk.ts';
import type { Filter } from '../pipeline/filter.ts';
import { signedInClient } from './account-parts.ts';

/** The filter that has the control plane score messages too, and how it learns by whom to ask. */
export interface RemoteJudge {
  readonly filter: Filter;
  /** From now on it asks, while the account is signed in. */
  askBy(account: Account): void;
}

/** @param redactor What it takes out is not sent. */
export function openRemoteRisk(config: Config, redactor: Redactor): RemoteJudge {
  const deadlineMs = config.settings.risk_analysis.remote.deadline * 1_000;
  let client: ApiClient | undefined;
  let account: Account | undefined;
  const filter = remoteRisk({
    redactor,
    deadlineMs,
    now,
    async send(json, signal) {
      // A sign-in that is not done yet is not waited for.
      if (client === undefined || account?.tier.from !== 'token') return undefined;
      const { value } = await client.call(analyzeRisk, { json, signal, deadlineMs });
      return value;
    },
  });
  return {
    filter,
    askBy(signedIn) {
      account = signedIn;
      client = signedInClient(config, signedIn);
    },
  };
}
