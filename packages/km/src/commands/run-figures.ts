import type { Redactor } from '@kilometers/core/redact.ts';
import { tierHas } from '@kilometers/core/tiers.ts';
import type { RunCount } from '../figures/count-run.ts';
import type { Contexts } from '../otlp/contexts.ts';
import type { Filter, OwnMessage } from '../pipeline/filter.ts';
import type { ServerExit } from '../transport/server-end.ts';
import type { ProcessFigures, RunWatch } from './monitor-figures.ts';
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
  readonly contexts: Contexts | undefined;
  readonly redactor: Redactor;
  readonly protocol: () => string | undefined;
  readonly log: () => { readonly written: number; readonly dropped: number };
  readonly outboxDropped: () => number;
  readonly onFault: (message: string) => void;
}

/** Undefined where figures are not wanted, or the tier does not have them. */
export function openRunFigures({ plan, shared, onFault, ...parts }: Parts): RunFigures | undefined {
  if (!metricsWanted(plan) && !exportWanted(plan)) return undefined;
  let opened: ProcessFigures | undefined = shared;
  let run: RunWatch | undefined;
  const open = async () => {
    opened ??= (await import('./monitor-figures.ts')).openFigures(plan, onFault);
    // Only a listener has figures that its runs share, and its clients come over the network.
    const client = shared === undefined ? 'pipe' : 'tcp';
    const server = 'url' in plan.target ? 'tcp' : 'pipe';
    run = opened.run({ ...parts, facts: plan.facts, transports: { client, server } });
  };
  // Figures that cannot be had are a fault like others: the traffic goes on.
  const ready = open().catch((error: Error) => onFault(error.message));
  return {
    ready,
    filter: {
      name: 'figures',
      onFailure: 'pass',
      watch(outcome, context) {
        for (const filter of run?.filters ?? []) filter.watch?.(outcome, context);
      },
    },
    own: (own) => run?.own(own),
    sample: (usage) => run?.sample(usage),
    async close(exit) {
      run?.end(exit);
      if (shared === undefined) await opened?.close();
    },
  };
}

/** Whether Prometheus is to have the figures. */
export function metricsWanted({ config: { settings }, tier: { tier } }: Plan): boolean {
  return settings.metrics.enabled && tierHas(tier, 'prometheus');
}

/** Whether a collector of OpenTelemetry is to have them, and traces. */
export function exportWanted({ config: { settings }, tier: { tier }, localOnly }: Plan): boolean {
  const { enabled, endpoint } = settings.otlp;
  return enabled && tierHas(tier, 'otlp') && (!localOnly || isOfThisMachine(endpoint));
}

export function isOfThisMachine(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
