import type { Redactor } from '@kilometers/core/redact.ts';
import type { Account } from '../account/account.ts';
import type { Invocation } from './command.ts';
import type { ProcessFigures } from './monitor-figures.ts';
import type { Plan } from './monitor-plan.ts';
import { type MonitorScreen, openMonitorScreen } from './monitor-screen.ts';
import { exportWanted, metricsWanted } from './run-figures.ts';
import { type SealLater, sealTogether } from './seal-later.ts';
import { signInLater } from './sign-in-later.ts';

/** What the runs of a process have in common, where there are many: each session of a listener is one. */
export interface ProcessParts {
  readonly screen: MonitorScreen;
  readonly account: Account;
  readonly seal: SealLater;
  /** Undefined where nobody is to see figures. */
  readonly processFigures: ProcessFigures | undefined;
}

export async function openProcessParts(plan: Plan, redactor: Redactor, env: Invocation['env']): Promise<ProcessParts> {
  const screen = openMonitorScreen(plan, redactor, env);
  const wanted = metricsWanted(plan) || exportWanted(plan);
  const processFigures = wanted ? (await import('./monitor-figures.ts')).openFigures(plan, screen.fault) : undefined;
  return {
    screen,
    account: signInLater({ plan, env, note: screen.note, warn: screen.fault }),
    seal: sealTogether({ config: plan.config, env }),
    processFigures,
  };
}

export async function closeProcessParts({ account, processFigures }: ProcessParts): Promise<void> {
  account.close();
  await processFigures?.close();
}
