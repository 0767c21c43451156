import { randomBytes, X509Certificate } from 'node:crypto';
import type { Redactor } from '@kilometers/core/redact.ts';
import { afterUnref } from '../after.ts';
import { now } from '../clock.ts';
import { countRun, type RunCount, type RunParts, type Transports } from '../figures/count-run.ts';
import { Figures } from '../figures/figures.ts';
import { type Contexts, openContexts } from '../otlp/contexts.ts';
import { type Otlp, openOtlp } from '../otlp/open-otlp.ts';
import { traceRun } from '../otlp/trace-run.ts';
import type { Filter, OwnMessage } from '../pipeline/filter.ts';
import { openPrometheus } from '../prometheus/open-prometheus.ts';
import { version } from '../version.ts';
import type { Plan } from './monitor-plan.ts';
import { headersFor } from './otlp-headers.ts';
import { exportWanted, metricsWanted } from './run-figures.ts';

/** The figures of this process, for whoever is to have them. */
export interface ProcessFigures {
  /** Counts one run, and traces it where that is wanted. */
  run(parts: FiguresOfRun): RunWatch;
  /** Tells when a certificate ends that is in use from now on. */
  certificate(name: string, pem: Uint8Array): void;
  /** Says the last figures. */
  close(): Promise<void>;
}

export interface FiguresOfRun extends Pick<RunParts, 'protocol' | 'log' | 'outboxDropped'> {
  readonly facts: Plan['facts'];
  readonly transports: Transports;
  readonly redactor: Redactor;
  /** Those that were told to the server already, where they are. */
  readonly contexts: Contexts | undefined;
}

/** What looks at one run for its figures. */
export interface RunWatch extends Pick<RunCount, 'sample' | 'end'> {
  readonly filters: readonly Filter[];
  own(own: OwnMessage): void;
}

/**
 * Opens what shows figures of this process. Loaded only where something does.
 *
 * @param onFault Called once for each kind of trouble.
 */
export function openFigures(plan: Plan, onFault: (message: string) => void): ProcessFigures {
  const { config, facts } = plan;
  const figures = new Figures();
  figures.set('km', 'km.build.info', { version }, 1);
  const prometheus = metricsWanted(plan)
    ? openPrometheus({
        dataFolder: config.paths.dataFolder,
        host: config.settings.metrics.host,
        port: config.settings.metrics.port,
        id: facts.run,
        snapshot: () => figures.snapshot(),
        after: afterUnref,
        now: Date.now,
        onFault,
      })
    : undefined;
  const otlp = exportWanted(plan) ? openExport(plan, figures, onFault) : undefined;
  return {
    run: (parts) => watchRun(plan, figures, otlp, parts),
    certificate(certificate, pem) {
      const ends = Date.parse(new X509Certificate(pem).validTo) / 1_000;
      figures.set('km', 'km.certificate.expiry_timestamp', { certificate }, ends);
    },
    async close() {
      await Promise.all([prometheus?.close(), otlp?.close()]);
    },
  };
}

function openExport({ config, facts }: Plan, figures: Figures, onFault: (message: string) => void): Otlp | undefined {
  const { endpoint, signals, interval } = config.settings.otlp;
  const headers = headersFor(config);
  if (typeof headers === 'string') {
    onFault(headers);
    return undefined;
  }
  return openOtlp({
    endpoint,
    headers,
    signals,
    intervalMs: interval * 1_000,
    version,
    instance: facts.run,
    figures,
    after: afterUnref,
    time: Date.now,
    random: Math.random,
    onFault,
  });
}

function watchRun({ config }: Plan, figures: Figures, otlp: Otlp | undefined, parts: FiguresOfRun): RunWatch {
  const { redactor, transports, protocol, log, outboxDropped } = parts;
  const redact = (text: string) => redactor.text(text).text;
  const { run, session, server } = parts.facts;
  // A server is called after its command where it has no name, and that may hold anything.
  const facts = { run, session: redact(session), server: redact(server) };
  const { threshold } = config.settings.risk_analysis;
  const count = countRun({ figures, server: facts.server, transports, protocol, threshold, now, log, outboxDropped });
  const trace =
    otlp?.onSpan &&
    traceRun({
      facts,
      transports,
      protocol,
      redact,
      contexts: parts.contexts ?? openContexts(randomHex),
      onSpan: otlp.onSpan,
      clock: { time: Date.now, at: now },
    });
  return {
    filters: [count.filter, ...(trace ? [trace.filter] : [])],
    own(own) {
      count.own(own);
      trace?.own(own);
    },
    sample: count.sample,
    end(exit) {
      trace?.end();
      count.end(exit);
    },
  };
}

function randomHex(bytes: number): string {
  return randomBytes(bytes).toString('hex');
}
