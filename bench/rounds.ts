import type { Candidate } from './candidates.ts';

/** What one run of one candidate showed, by name. */
export type Sample = Readonly<Record<string, number>>;

/** Samples by candidate, in the order of the rounds. */
export type Samples = ReadonlyMap<string, readonly Sample[]>;

/** One number of one candidate, over all rounds. */
export interface Figure {
  readonly measure: string;
  readonly candidate: string;
  readonly unit: string;
  readonly median: number;
  /** Median of the ratios to what the measure compares with, usually the relay, each within one round. */
  readonly ratio?: number | undefined;
  /** Medians of the differences within one round: to what the measure compares with, and to nothing in between. */
  readonly overBase?: number | undefined;
  readonly overDirect?: number | undefined;
  readonly rounds: readonly number[];
}

/**
 * Runs every candidate once a round, rounds after each other. The machine's mood changes by the minute: what is compared
 * has to lie close together. Those that no goal is about take part in the first third of the rounds.
 */
export async function inRounds(
  list: readonly Candidate[],
  rounds: number,
  run: (candidate: Candidate) => Promise<Sample>,
): Promise<Samples> {
  const samples = new Map<string, Sample[]>(list.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    const part = list.filter(({ aside }) => !aside || round < Math.ceil(rounds / 3));
    for (const candidate of part) samples.get(candidate.name)?.push(await run(candidate));
  }
  return samples;
}

/** One figure for each candidate out of what was sampled as `key`. */
export function figures(samples: Samples, key: string, measure: string, unit: string, base = 'relay'): Figure[] {
  const values = (name: string) => samples.get(name)?.map((sample) => sample[key] ?? Number.NaN);
  const [compared, direct] = [base, 'direct'].map(values);
  return [...samples.keys()].map((candidate) => {
    const rounds = values(candidate) ?? [];
    return {
      measure,
      candidate,
      unit,
      median: median(rounds),
      ratio: paired(rounds, compared, (own, other) => own / other),
      overBase: paired(rounds, compared, (own, other) => own - other),
      overDirect: paired(rounds, direct, (own, other) => own - other),
      rounds,
    };
  });
}

function paired(
  own: readonly number[],
  other: readonly number[] | undefined,
  compare: (own: number, other: number) => number,
): number | undefined {
  if (other === undefined) return undefined;
  const both = own.slice(0, other.length);
  return median(both.map((value, round) => compare(value, other[round] ?? Number.NaN)));
}

/** The middle value; the mean of the two middle ones of an even count. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}
