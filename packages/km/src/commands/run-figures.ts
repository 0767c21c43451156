import { tierHas } from '@kilometers/core/tiers.ts';
import type { RunCount } from '../figures/count-run.ts';
import type { Filter, Outcome, OwnMessage } from '../pipeline/filter.ts';
import type { ServerExit } from '../transport/server-end.ts';
import type { ProcessFigures } from './monitor-figures.ts';
import type { Plan } from './monitor-plan.ts';

/** The figures of one run; nothing of it is loaded where nobody is to see them. */
export interface RunFigures {
  /** Ends when there is somebody to count: nothing is to be looked at before. */
  readonly ready: Promise<void>;
  readonly filter: Filter;
  readonly own: (own: OwnMessage) => void;
  readonly sample: RunCount['sample'];
  /** Counts the end, and says the last figures. */
  close(exit: ServerExit): Promise<void>;
}

interface Parts {
  readonly plan: Plan;
  /** Those of a process that has many runs; a run of its own opens some. */
  readonly shared: ProcessFigures | undefined;
  readonly protocol: () => string | undefined;
  readonly log: () => { readonly written: number; readonly dropped: number };
  readonly onFault: (message: string) => void;
}

/** Undefined where figures are not wanted, or the tier does not have them. */
export function openRunFigures({ plan, shared, onFault, ...parts }: Parts): RunFigures | undefined {
  if (!figuresWanted(plan)) return undefined;
  let opened: ProcessFigures | undefined = shared;
  let count: RunCount | undefined;
  const open = async () => {
    opened ??= (await import('./monitor-figures.ts')).openFigures(plan, onFault);
    count = opened.run({ ...parts, server: plan.facts.server, transports: { client: 'pipe', server: 'pipe' } });
  };
  // Figures that cannot be had are a fault like others: the traffic goes on.
  const ready = open().catch((error: Error) => onFault(error.message));
  return {
    ready,
    filter: {
      name: 'figures',
      onFailure: 'pass',
      watch: (outcome: Outcome, context) => count?.filter.watch?.(outcome, context),
    },
    own: (own) => count?.own(own),
    sample: (usage) => count?.sample(usage),
    async close(exit) {
      count?.end(exit);
      if (shared === undefined) await opened?.close();
    },
  };
}

export function figuresWanted({ config, tier }: Plan): boolean {
  return config.settings.metrics.enabled && tierHas(tier.tier, 'prometheus');
}
