import type { Engine } from '@kilometers/core/risk/assess.ts';
import { type Surface, surfaces } from '@kilometers/core/risk/passage.ts';
import type { Subject } from '@kilometers/core/risk/surfaces.ts';
import { ordinaryText } from './bench-texts.ts';

/** How long the engine took for texts of one kind and size. */
export interface BenchRow {
  /** A surface, or a kind of message. */
  readonly of: string;
  readonly chars: number;
  readonly runs: number;
  readonly p50Us: number;
  readonly p99Us: number;
  /** Of the median run. */
  readonly usPer1000: number;
}

/** From a short argument to ten megabytes. */
export const benchSizes = [100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000] as const;

export interface Benching {
  readonly engine: Engine;
  readonly surfaces?: readonly Surface[] | undefined;
  readonly sizes?: readonly number[];
  /** Milliseconds that only grow. */
  readonly now: () => number;
  /** How long to measure one kind and size. */
  readonly budgetMs: number;
}

/** Measures texts of every surface, then whole messages; yields each row when it is known. */
export function* benchEngine(benching: Benching): Generator<BenchRow> {
  const { engine, sizes = benchSizes } = benching;
  for (const surface of benching.surfaces ?? surfaces) {
    for (const chars of sizes) {
      const text = ordinaryText(surface, chars);
      yield row(surface, chars, benching, () => engine.assessText({ surface, text }));
    }
  }
  if (benching.surfaces !== undefined) return;
  for (const [name, make] of Object.entries(messages)) {
    for (const chars of sizes) {
      const subject = make(chars);
      yield row(name, chars, benching, () => engine.assess(subject));
    }
  }
}

const messages: Readonly<Record<string, (chars: number) => Subject>> = {
  call: (chars) => ({
    dir: 'c2s',
    rpc: {
      id: 1,
      method: 'tools/call',
      params: { name: 'write_note', arguments: { title: 'Notes', text: ordinaryText('tool_args', chars) } },
    },
  }),
  result: (chars) => ({
    dir: 's2c',
    rpc: { id: 1, result: { content: [{ type: 'text', text: ordinaryText('tool_result', chars) }] } },
    asked: { method: 'tools/call', target: 'read_page' },
  }),
  'tool list': (chars) => ({
    dir: 's2c',
    rpc: { id: 1, result: { tools: toolsOf(chars) } },
    asked: { method: 'tools/list' },
  }),
};

const descriptionChars = 500;

function toolsOf(chars: number): object[] {
  return Array.from({ length: Math.ceil(chars / descriptionChars) }, (_, index) => ({
    name: `tool_${index}`,
    description: ordinaryText('tool_description', Math.min(chars, descriptionChars)),
    inputSchema: { type: 'object', properties: { page: { type: 'integer', description: 'Which page.' } } },
  }));
}

const runsMin = 5;
const runsMax = 2_000;

function row(of: string, chars: number, { now, budgetMs }: Benching, act: () => unknown): BenchRow {
  const us: number[] = [];
  act(); // The first run compiles.
  const end = now() + budgetMs;
  while (us.length < runsMin || (us.length < runsMax && now() < end)) {
    const start = now();
    act();
    us.push((now() - start) * 1_000);
  }
  return { of, chars, ...summary(us, chars) };
}

/** What many runs come to. @param chars Of one run, on average. */
export function summary(us: readonly number[], chars: number): Omit<BenchRow, 'of' | 'chars'> {
  const sorted = [...us].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { runs: us.length, p50Us: at(0.5), p99Us: at(0.99), usPer1000: (at(0.5) / Math.max(chars, 1)) * 1_000 };
}

/** How much dearer a character is in the longest text than in one of a hundredth of its length: 1 is linear. */
export function linearity(rows: readonly BenchRow[]): number | undefined {
  const longest = rows.at(-1);
  const shorter = rows.find(({ chars }) => longest !== undefined && chars === longest.chars / 100);
  return longest === undefined || shorter === undefined ? undefined : longest.usPer1000 / shorter.usPer1000;
}
