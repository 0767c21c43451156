import { bounds, type FigureKind } from '../figures/catalogue.ts';
import { countIn, kindOf, type Snapshot } from '../figures/snapshot.ts';
import { type Attribute, attributesOf, nanos } from './attributes.ts';

/** Everything counted since the beginning of the process, as against only what was new. */
const cumulative = 2;

export interface MetricsOf {
  readonly resource: Readonly<Record<string, string>>;
  readonly version: string;
  /** When counting began, and now: milliseconds since the epoch. */
  readonly began: number;
  readonly time: number;
}

/** The body of a request that exports figures. */
export function metricsBody(snapshot: Snapshot, { resource, version, began, time }: MetricsOf): string {
  const times = { startTimeUnixNano: nanos(began), timeUnixNano: nanos(time) };
  const metrics = [
    ...each(snapshot.counters, (points) => ({
      sum: {
        aggregationTemporality: cumulative,
        isMonotonic: true,
        dataPoints: points.map(({ attributes, value }) => ({ attributes, ...times, asDouble: value })),
      },
    })),
    ...each(snapshot.gauges, (points) => ({
      gauge: {
        dataPoints: points.map(({ attributes, value }) => ({
          attributes,
          timeUnixNano: times.timeUnixNano,
          asDouble: value,
        })),
      },
    })),
    ...each(snapshot.histograms, (points) => ({
      histogram: {
        aggregationTemporality: cumulative,
        dataPoints: points.map(({ attributes, value }) => ({
          attributes,
          ...times,
          count: String(countIn(value)),
          sum: value.sum,
          bucketCounts: value.counts.map(String),
          explicitBounds: bounds,
        })),
      },
    })),
  ];
  const scopeMetrics = [{ scope: { name: 'km', version }, metrics }];
  return JSON.stringify({ resourceMetrics: [{ resource: { attributes: attributesOf(resource) }, scopeMetrics }] });
}

interface Point<T> {
  readonly attributes: Attribute[];
  readonly value: T;
}

function each<T>(
  figures: Readonly<Record<string, Readonly<Record<string, T>>>>,
  data: (points: readonly Point<T>[]) => object,
): object[] {
  return Object.entries(figures).flatMap(([name, series]) => {
    const kind = kindOf(name);
    if (kind === undefined) return [];
    const points = Object.entries(series).map(([key, value]) => ({ attributes: labelsOf(kind, key), value }));
    return [{ name, description: kind.help, unit: kind.unit, ...data(points) }];
  });
}

/** Short labels are km's own, and say so here. */
function labelsOf({ labels }: FigureKind, key: string): Attribute[] {
  const values = JSON.parse(key) as readonly string[];
  return attributesOf(
    Object.fromEntries(labels.map((label, index) => [label.includes('.') ? label : `km.${label}`, values[index]])),
  );
}
