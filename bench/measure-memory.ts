import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import type { Candidate } from './candidates.ts';
import { type Load, startLoad } from './load.ts';
import { memoryOf } from './processes.ts';
import { type Figure, figures, inRounds, type Sample } from './rounds.ts';
import type { Bench } from './session.ts';
import { sizes } from './sizes.ts';

/** How long a proxy is left alone before it is looked at. */
const idleMs = 1_500;

/** Memory of one, and of each of ten, that have said hello, answered 20 calls and wait. The echo servers left out. */
export async function measureMemory(bench: Bench): Promise<Figure[]> {
  // With nothing in between there is nothing to weigh.
  const proxies = bench.candidates.filter(({ name }) => name !== 'direct');
  const found: Figure[] = [];
  for (const count of [1, 10]) {
    const samples = await inRounds(proxies, bench.quick ? 1 : 3, (candidate) => idle(bench, candidate, count));
    const what = count === 1 ? 'one idle' : `each of ${count} idle`;
    found.push(...figures(samples, 'pss', `${what}, proportional (PSS)`, 'MB'));
    found.push(...figures(samples, 'private', `${what}, private`, 'MB'));
  }
  return found;
}

async function idle({ native, folder }: Bench, candidate: Candidate, count: number): Promise<Sample> {
  const own = mkdtempSync(path.join(folder, 'run-'));
  const loads: Load[] = [];
  try {
    for (let n = 0; n < count; n++) loads.push(await startLoad(native.load, candidate.launch(own)));
    for (const load of loads) await load.send({ size: sizes.usual.bytes, total: 20, window: 1 });
    await after(idleMs);
    const each = loads.map(({ pid }) => memoryOf(pid));
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / count / 1e6;
    return { pss: mean(each.map(({ pss }) => pss)), private: mean(each.map((memory) => memory.private)) };
  } finally {
    await Promise.all(loads.map((load) => load.end()));
    rmSync(own, { recursive: true, force: true });
  }
}
