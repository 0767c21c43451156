import { tierHas } from '@kilometers/core/tiers.ts';
import type { Account, TierState } from '../account/account.ts';
import { afterUnref } from '../after.ts';
import type { Rpc } from '../message/message.ts';
import type { JudgedSession, Judges } from './monitor-judges.ts';
import { type Plan, withTier } from './monitor-plan.ts';
import type { Watch } from './monitor-watch.ts';

export interface FollowedRun {
  readonly account: Account;
  readonly plan: Plan;
  /** What judges from the start; undefined where nothing did. */
  readonly judges: Judges | undefined;
  readonly watch: Watch;
  readonly open: (plan: Plan) => Promise<Judges>;
  /** Has messages judged from now on. */
  readonly begin: (judges: Judges, session: JudgedSession) => void;
  readonly note: (text: string) => void;
  readonly warn: (text: string) => void;
}

/** The organisation is asked for its policy once the start is well over, and signing in has begun. */
const organisationAfterMs = 2_500;

/** Filters come and go with the tier, and rules with the organisation, while the traffic goes on. The function given back ends that. */
export function followTier({ account, plan, watch, open, begin, note, warn, ...run }: FollowedRun): () => void {
  let judges = run.judges;
  let opening: Promise<void> | undefined;
  let ended = false;

  const beginJudging = async (state: TierState): Promise<void> => {
    const opened = await open(withTier(plan, state));
    if (ended) return opened.close();
    const asked = (response: Rpc, dir: 'c2s' | 's2c') => watch.exchanges.asked(response, dir);
    judges = opened;
    watch.adopt(opened);
    judges.setTier(account.tier.tier);
    judges.askBy(account);
    begin(opened, { asked, spoken: watch.spoken, initialize: watch.initialize() });
  };

  const change = async (state: TierState): Promise<void> => {
    watch.log.describe({ info: { tier: state.tier } });
    judges?.setTier(state.tier);
    // One that was opened before is only switched; what judges is loaded at most once in a run.
    if (judges === undefined && withTier(plan, state).judges) {
      opening ??= beginJudging(state);
      await opening.catch((error: Error) => warn(`Risk analysis could not begin: ${error.message}`));
    }
    note(inWords(state, plan));
    organise();
  };

  const apply = async (text: string): Promise<void> => {
    if (judges) return judges.tighten(text);
    // Whoever begins to judge reads the policy that was just kept.
    if (!withTier(plan, account.tier).judgesRisk) return;
    opening ??= beginJudging(account.tier);
    await opening;
  };
  let following: Promise<() => void> | undefined;
  const organise = (): void => {
    if (plan.localOnly || account.tier.from === 'default' || ended) return;
    const holds = judges?.policySerial ?? 0;
    following ??= import('./organisation-policy.ts').then(({ followOrganisation }) =>
      followOrganisation({ config: plan.config, account, holds, apply, note, warn }),
    );
  };

  judges?.askBy(account);
  const stop = account.onTier((state) => void change(state));
  const stopWaiting = afterUnref(organisationAfterMs, organise);
  return () => {
    ended = true;
    stop();
    stopWaiting();
    void following?.then((stopFollowing) => stopFollowing());
  };
}

function inWords({ tier }: TierState, plan: Plan): string {
  const risk = tierHas(tier, 'risk_analysis') && plan.config.settings.risk_analysis.enabled;
  return `The tier is ${tier} now: messages are ${risk ? '' : 'not '}analysed.`;
}
