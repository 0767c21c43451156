/** Figures of one process, in the text format of Prometheus. */
export interface Metrics {
  /** Adds to a counter; it is made when it is first counted. Label values have to be few. */
  count(name: MetricName, labels?: Labels, by?: number): void;
  /** Adds a duration, in seconds, to a histogram. */
  time(name: MetricName, seconds: number, labels?: Labels): void;
  /** @see https://prometheus.io/docs/instrumenting/exposition_formats/ */
  text(): string;
}

type Labels = Readonly<Record<string, string>>;

const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Every figure there is. */
const described = {
  km_api_requests_total: ['counter', 'Requests, by operation and status.'],
  km_api_request_duration_seconds: ['histogram', 'How long requests took.'],
  km_events_accepted_total: ['counter', 'Events that were new and are kept.'],
  km_events_duplicate_total: ['counter', 'Events that were known already.'],
  km_events_rejected_total: ['counter', 'Events that were none.'],
  km_rate_limited_total: ['counter', 'Requests refused because there were too many.'],
} as const;
export type MetricName = keyof typeof described;

interface Timed {
  readonly counts: number[];
  sum: number;
  count: number;
}

export function createMetrics(): Metrics {
  const counters = new Map<string, Map<string, number>>();
  const histograms = new Map<string, Map<string, Timed>>();
  return {
    count(name, labels = {}, by = 1) {
      const series = within(counters, name, () => new Map<string, number>());
      const key = keyOf(labels);
      series.set(key, (series.get(key) ?? 0) + by);
    },
    time(name, seconds, labels = {}) {
      const series = within(histograms, name, () => new Map<string, Timed>());
      const timed = within(series, keyOf(labels), () => ({ counts: bounds.map(() => 0), sum: 0, count: 0 }));
      for (const [index, bound] of bounds.entries())
        if (seconds <= bound) timed.counts[index] = (timed.counts[index] ?? 0) + 1;
      timed.sum += seconds;
      timed.count += 1;
    },
    text: () =>
      Object.entries(described)
        .map(([name, [type, help]]) => exposed(name, type, help, counters, histograms))
        .join(''),
  };
}

function exposed(
  name: string,
  type: string,
  help: string,
  counters: ReadonlyMap<string, ReadonlyMap<string, number>>,
  histograms: ReadonlyMap<string, ReadonlyMap<string, Timed>>,
): string {
  const lines = [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
  for (const [labels, value] of counters.get(name) ?? []) lines.push(`${name}${braces(labels)} ${value}`);
  for (const [labels, { counts, sum, count }] of histograms.get(name) ?? []) {
    for (const [index, bound] of bounds.entries())
      lines.push(`${name}_bucket${braces(labels, `le="${bound}"`)} ${counts[index]}`);
    lines.push(`${name}_bucket${braces(labels, 'le="+Inf"')} ${count}`);
    lines.push(`${name}_sum${braces(labels)} ${sum}`, `${name}_count${braces(labels)} ${count}`);
  }
  return `${lines.join('\n')}\n`;
}

function within<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}

function keyOf(labels: Labels): string {
  const escaped = (value: string) => value.replace(/\\/g, '\\\\').replace(/\n/g, '\\n').replace(/"/g, '\\"');
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(',');
}

function braces(labels: string, more = ''): string {
  const all = [labels, more].filter((part) => part !== '').join(',');
  return all === '' ? '' : `{${all}}`;
}
