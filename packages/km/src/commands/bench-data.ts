import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { KmError } from '@kilometers/core/errors.ts';
import type { Engine } from '@kilometers/core/risk/assess.ts';
import { type BenchRow, summary } from './bench-engine.ts';
import { readRiskItem } from './risk-item.ts';

/** Measures each text of the `*.jsonl` files of a folder once, by surface; lines that are no texts are passed over. */
export async function benchData(folder: string, engine: Engine, now: () => number): Promise<BenchRow[]> {
  const times = new Map<string, { us: number[]; chars: number }>();
  for (const file of await filesOf(folder)) {
    for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
      const item = readRiskItem(line);
      if (item.kind !== 'text') continue;
      const { surface, text } = item.passage;
      const start = now();
      engine.assessText(item.passage);
      const took = (now() - start) * 1_000;
      const of = times.get(surface) ?? { us: [], chars: 0 };
      of.us.push(took);
      of.chars += text.length;
      times.set(surface, of);
    }
  }
  return [...times].map(([of, { us, chars }]) => rowOf(of, us, chars));
}

/** Texts differ in length here, so a thousand characters cost what all of them took, divided by all. */
function rowOf(of: string, us: readonly number[], chars: number): BenchRow {
  const total = us.reduce((sum, one) => sum + one, 0);
  const perText = Math.round(chars / us.length);
  return { of, chars: perText, ...summary(us, perText), usPer1000: (total / Math.max(chars, 1)) * 1_000 };
}

async function filesOf(folder: string): Promise<string[]> {
  try {
    const names = await readdir(folder);
    return names
      .filter((name) => name.endsWith('.jsonl'))
      .sort()
      .map((name) => path.join(folder, name));
  } catch (cause) {
    throw new KmError('usage.unreadable', `The folder ${folder} cannot be read.`, { cause });
  }
}
