import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { type Candidate, dataFolder, type Surroundings } from './candidates.ts';
import { type Ended, type Load, startLoad } from './load.ts';
import { checkLog } from './log-check.ts';
import type { Sample } from './rounds.ts';

/** What every measure gets. */
export interface Bench extends Surroundings {
  readonly candidates: readonly Candidate[];
  /** Where everything temporary goes. */
  readonly folder: string;
  /** Fewer rounds and shorter runs: to see that the bench works, not to quote. */
  readonly quick: boolean;
}

/** One run of one candidate: fresh folder, fresh processes, log checked, all removed. */
export async function runOnce<T>(
  { native, folder }: Bench,
  candidate: Candidate,
  measure: (load: Load) => Promise<T>,
): Promise<{ readonly result: T; readonly ended: Ended }> {
  const own = mkdtempSync(path.join(folder, 'run-'));
  try {
    const load = await startLoad(native.load, candidate.launch(own));
    const result = await measure(load);
    const ended = await load.end();
    if (ended.exit !== 0) throw new Error(`${candidate.name} ended with status ${ended.exit}.`);
    // The hello and its answer are not among `answered`.
    if (candidate.km) await checkLog(dataFolder(own), 2 * (ended.answered + 1));
    return { result, ended };
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

/** `runOnce` for measures that need nothing of how it ended. */
export async function sampleOnce(
  bench: Bench,
  candidate: Candidate,
  measure: (load: Load) => Promise<Sample>,
): Promise<Sample> {
  return (await runOnce(bench, candidate, measure)).result;
}
