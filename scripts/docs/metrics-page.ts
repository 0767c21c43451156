import { bounds, catalogue, type FigureKind } from '../../packages/km/src/figures/catalogue.ts';
import { prometheusName } from '../../packages/km/src/prometheus/exposition.ts';
import { code, page, table } from './markdown.ts';

const introduction = `What km counts, by its name in Prometheus and in OpenTelemetry. In Prometheus the dots of labels are underscores; in
OpenTelemetry short labels begin with \`km.\`. How to switch it on: [the guide](../guides/metrics.md).

The bins of histograms end at ${bounds.join(', ')} seconds.`;

/** Every figure, under both of its names. */
export function metricsPage(): string {
  const rows = Object.entries(catalogue).map(([name, kind]: [string, FigureKind]) => [
    code(prometheusName(name, kind)),
    code(name),
    kind.type,
    kind.labels.map(code).join(', '),
    kind.help,
  ]);
  const body = [introduction, table(['Prometheus', 'OpenTelemetry', 'type', 'labels', 'what'], rows)].join('\n\n');
  return page('Metrics', 'packages/km/src/figures/catalogue.ts', body);
}
