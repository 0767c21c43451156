import { afterUnref } from '../after.ts';
import { now } from '../clock.ts';
import { countRun, type RunCount, type RunParts } from '../figures/count-run.ts';
import { Figures } from '../figures/figures.ts';
import { openPrometheus } from '../prometheus/open-prometheus.ts';
import { version } from '../version.ts';
import type { Plan } from './monitor-plan.ts';

/** The figures of this process, for whoever is to have them. */
export interface ProcessFigures {
  /** Counts one run. */
  run(parts: Omit<RunParts, 'figures' | 'threshold' | 'now'>): RunCount;
  /** Says the last figures. */
  close(): Promise<void>;
}

/**
 * Opens what shows figures of this process. Loaded only where something does.
 *
 * @param onFault Called once for each kind of trouble.
 */
export function openFigures({ config, facts }: Plan, onFault: (message: string) => void): ProcessFigures {
  const { metrics, risk_analysis } = config.settings;
  const figures = new Figures();
  figures.set('km', 'km.build.info', { version }, 1);
  const prometheus = openPrometheus({
    dataFolder: config.paths.dataFolder,
    host: metrics.host,
    port: metrics.port,
    id: facts.run,
    snapshot: () => figures.snapshot(),
    after: afterUnref,
    now: Date.now,
    onFault,
  });
  return {
    run: (parts) => countRun({ ...parts, figures, threshold: risk_analysis.threshold, now }),
    close: () => prometheus.close(),
  };
}
