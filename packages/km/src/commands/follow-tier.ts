import { tierHas } from '@kilometers/core/tiers.ts';
import type { Account, TierState } from '../account/account.ts';
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

/** Filters come and go with the tier, while the traffic goes on. The function given back ends that. */
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
  };

  const stop = account.onTier((state) => void change(state));
  return () => {
    ended = true;
    stop();
  };
}

function inWords({ tier }: TierState, plan: Plan): string {
  const risk = tierHas(tier, 'risk_analysis') && plan.config.settings.risk_analysis.enabled;
  return `The tier is ${tier} now: messages are ${risk ? '' : 'not '}analysed.`;
}
