import { bounds, catalogue, type FigureKind } from './catalogue.ts';

/** Values by name of the figure, then by the values of its labels as a JSON list. */
export type Values<T> = Readonly<Record<string, Readonly<Record<string, T>>>>;

/** How often something took how long. */
export interface Bins {
  /** One number for each of `bounds`, and one for what lies beyond; each value counts once. */
  readonly counts: readonly number[];
  readonly sum: number;
}

/** All figures as they stand: of one process, or of many together. */
export interface Snapshot {
  readonly counters: Values<number>;
  readonly gauges: Values<number>;
  readonly histograms: Values<Bins>;
}

export const noFigures: Snapshot = { counters: {}, gauges: {}, histograms: {} };

/** Adds up what several processes have counted. */
export function sumOf(snapshots: readonly Snapshot[]): Snapshot {
  return {
    counters: together(snapshots, 'counters', () => plus),
    gauges: together(snapshots, 'gauges', (name) => (kindOf(name)?.together === 'least' ? Math.min : plus)),
    histograms: together(snapshots, 'histograms', () => addBins),
  };
}

export function kindOf(name: string): FigureKind | undefined {
  return Object.hasOwn(catalogue, name) ? catalogue[name as keyof typeof catalogue] : undefined;
}

export const countIn = ({ counts }: Bins) => counts.reduce((sum, count) => sum + count, 0);

const plus = (a: number, b: number) => a + b;

function addBins(a: Bins, b: Bins): Bins {
  const counts = Array.from(
    { length: bounds.length + 1 },
    (_, index) => (a.counts[index] ?? 0) + (b.counts[index] ?? 0),
  );
  return { counts, sum: a.sum + b.sum };
}

type Section = keyof Snapshot;
type Value<S extends Section> = Snapshot[S] extends Values<infer T> ? T : never;

function together<S extends Section>(
  snapshots: readonly Snapshot[],
  section: S,
  adderOf: (name: string) => (a: Value<S>, b: Value<S>) => Value<S>,
): Values<Value<S>> {
  // Without a prototype: the keys come from files.
  const all: Record<string, Record<string, Value<S>>> = Object.create(null);
  for (const snapshot of snapshots) {
    for (const [name, series] of Object.entries(snapshot[section] as Values<Value<S>>)) {
      all[name] ??= Object.create(null) as Record<string, Value<S>>;
      addSeries(all[name], series, adderOf(name));
    }
  }
  return all;
}

function addSeries<T>(into: Record<string, T>, series: Readonly<Record<string, T>>, add: (a: T, b: T) => T): void {
  for (const [labels, value] of Object.entries(series)) {
    const before = into[labels];
    into[labels] = before === undefined ? value : add(before, value);
  }
}
