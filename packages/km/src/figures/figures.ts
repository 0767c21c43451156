import { bounds, catalogue, type FigureName, type LabelsOf, type NameOf } from './catalogue.ts';
import type { Bins, Snapshot } from './snapshot.ts';

/** Counts for one process of km. Label values have to be few: each combination is kept for as long as the process lives. */
export class Figures {
  readonly #counters = new Map<string, Map<string, number>>();
  readonly #histograms = new Map<string, Map<string, { counts: number[]; sum: number }>>();
  /** Of whom, then by name and labels: several sessions of one process have a value each. */
  readonly #gauges = new Map<unknown, Map<string, Map<string, number>>>();
  readonly #sources = new Set<() => void>();

  add<N extends NameOf<'counter'>>(name: N, labels: LabelsOf<N>, by = 1): void {
    const series = within(this.#counters, name, () => new Map());
    const key = keyOf(name, labels);
    series.set(key, (series.get(key) ?? 0) + by);
  }

  /** For what the process counts elsewhere: the total as it stands, from whichever run. */
  raise<N extends NameOf<'counter'>>(name: N, labels: LabelsOf<N>, total: number): void {
    const series = within(this.#counters, name, () => new Map());
    const key = keyOf(name, labels);
    series.set(key, Math.max(series.get(key) ?? 0, total));
  }

  /** For what a run counts elsewhere: call what it returns with the count as it stands. */
  rising<N extends NameOf<'counter'>>(name: N, labels: LabelsOf<N>): (total: number) => void {
    let before = 0;
    this.add(name, labels, 0);
    return (total) => {
      if (total > before) this.add(name, labels, total - before);
      before = Math.max(before, total);
    };
  }

  time<N extends NameOf<'histogram'>>(name: N, labels: LabelsOf<N>, seconds: number): void {
    const series = within(this.#histograms, name, () => new Map());
    const bins = within(series, keyOf(name, labels), () => ({ counts: [...bounds, 0].map(() => 0), sum: 0 }));
    const bin = bounds.findIndex((bound) => seconds <= bound);
    const index = bin === -1 ? bounds.length : bin;
    bins.counts[index] = (bins.counts[index] ?? 0) + 1;
    bins.sum += seconds;
  }

  /** What `of` has now, such as one session of several. */
  set<N extends NameOf<'gauge'>>(of: unknown, name: N, labels: LabelsOf<N>, value: number): void {
    const named = within(this.#gauges, of, () => new Map());
    within(named, name, () => new Map()).set(keyOf(name, labels), value);
  }

  /** `of` has ended. */
  drop(of: unknown): void {
    this.#gauges.delete(of);
  }

  /** Has `source` bring its figures up to date whenever they are read. Call what it returns to end that. */
  readFrom(source: () => void): () => void {
    this.#sources.add(source);
    return () => {
      this.#sources.delete(source);
    };
  }

  snapshot(): Snapshot {
    for (const source of this.#sources) source();
    return {
      counters: nested(this.#counters),
      gauges: this.#gaugesNow(),
      histograms: nested<Bins>(this.#histograms, ({ counts, sum }) => ({ counts: [...counts], sum })),
    };
  }

  #gaugesNow(): Snapshot['gauges'] {
    const all = new Map<string, Map<string, number>>();
    for (const named of this.#gauges.values()) {
      for (const [name, series] of named) {
        const into = within(all, name, () => new Map());
        for (const [key, value] of series) into.set(key, (into.get(key) ?? 0) + value);
      }
    }
    return nested(all);
  }
}

function within<K, T>(map: Map<K, T>, key: K, make: () => T): T {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

function keyOf<N extends FigureName>(name: N, labels: LabelsOf<N>): string {
  const given = labels as Readonly<Record<string, string | undefined>>;
  return JSON.stringify(catalogue[name].labels.map((label) => given[label] ?? ''));
}

function nested<T>(figures: ReadonlyMap<string, ReadonlyMap<string, T>>, copy: (value: T) => T = (value) => value) {
  const entries = [...figures].map(([name, series]) => [
    name,
    Object.fromEntries([...series].map(([key, value]) => [key, copy(value)])),
  ]);
  return Object.fromEntries(entries) as Record<string, Record<string, T>>;
}
