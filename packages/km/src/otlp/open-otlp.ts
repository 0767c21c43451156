import type { After } from '../after.ts';
import type { Figures } from '../figures/figures.ts';
import { openExporter } from './exporter.ts';
import { metricsBody } from './metrics-body.ts';
import { post } from './post.ts';
import { type Span, spansBody } from './span.ts';

export interface OtlpParts {
  /** Without the path of a signal. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signals: 'all' | 'traces' | 'metrics';
  /** How often figures are exported. */
  readonly intervalMs: number;
  readonly version: string;
  /** Names this process. */
  readonly instance: string;
  readonly figures: Figures;
  readonly after: After;
  readonly time: () => number;
  readonly random: () => number;
  readonly onFault: (message: string) => void;
}

export interface Otlp {
  /** Undefined where spans are not wanted. */
  readonly onSpan: ((span: Span) => void) | undefined;
  /** Sends what is left, for a second at most. */
  close(): Promise<void>;
}

const spansMax = 4_096;
const batchSpans = 512;
const delayMs = 5_000;
const closeMs = 1_000;

/** Exports spans and figures to an OpenTelemetry collector, as OTLP over HTTP in JSON. */
export function openOtlp(parts: OtlpParts): Otlp {
  const { signals, figures, version, instance, after, random, onFault } = parts;
  const resource = { 'service.name': 'km', 'service.version': version, 'service.instance.id': instance };
  const common = { after, random, onFault };
  const spans = openExporter<Span>({
    ...common,
    post: posterTo(parts, 'traces'),
    encode: (items) => spansBody(resource, version, items),
    rejected: 'rejectedSpans',
    itemsMax: spansMax,
    batchItems: batchSpans,
    delayMs,
    onDropped: (items) => figures.add('km.otlp.dropped', { signal: 'traces' }, items),
  });
  const metrics = signals === 'traces' ? undefined : exportFigures(parts, resource, common);
  return {
    onSpan: signals === 'metrics' ? undefined : spans.push,
    async close() {
      const timeLeft = AbortSignal.timeout(closeMs);
      await Promise.all([spans.close(timeLeft), metrics?.close(timeLeft)]);
    },
  };
}

function exportFigures(
  parts: OtlpParts,
  resource: Readonly<Record<string, string>>,
  common: Pick<OtlpParts, 'after' | 'random' | 'onFault'>,
) {
  const { figures, version, intervalMs, after, time } = parts;
  const began = time();
  const exporter = openExporter<'figures'>({
    ...common,
    post: posterTo(parts, 'metrics'),
    // Taken when it is sent: they are totals, so what could not be sent before is in what is sent now.
    encode: () => metricsBody(figures.snapshot(), { resource, version, began, time: time() }),
    rejected: 'rejectedDataPoints',
    itemsMax: 1,
    batchItems: 1,
    delayMs: 0,
    onDropped: (items) => figures.add('km.otlp.dropped', { signal: 'metrics' }, items),
  });
  let cancel = after(intervalMs, tick);
  function tick(): void {
    exporter.push('figures');
    cancel = after(intervalMs, tick);
  }
  return {
    close(timeLeft: AbortSignal): Promise<void> {
      cancel();
      exporter.push('figures');
      return exporter.close(timeLeft);
    },
  };
}

function posterTo({ endpoint, headers }: OtlpParts, signal: 'traces' | 'metrics') {
  const url = new URL(`${endpoint.replace(/\/+$/, '')}/v1/${signal}`);
  return (body: string, abort: AbortSignal) => post(url, headers, body, abort);
}
