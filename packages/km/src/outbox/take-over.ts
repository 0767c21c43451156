import type { Dirent } from 'node:fs';
import { readdir, rm, rmdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { withLock } from '../log/lock.ts';
import { isAlive } from '../log/owner.ts';
import { addCounts, type OutboxState, readState, readTotals, replaceFile } from './outbox-state.ts';
import { isBatchFile, type OutboxPlaces, stateFileName } from './places.ts';

export interface TakeOver {
  readonly places: OutboxPlaces;
  readonly run: string;
  readonly binding: string;
  /** Takes the batches of a dead run, newest first. */
  readonly adopt: (files: readonly string[]) => Promise<void>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Takes over what dead runs of the same account have left, one taker at a time.
 *
 * @returns the bytes that outboxes of others take up; undefined where another km is at it.
 * @throws what the file system says.
 */
export function takeOver(options: TakeOver): Promise<number | undefined> {
  return withLock(options.places.lock, () => takeOverAlone(options));
}

async function takeOverAlone({ places, run, binding, adopt, now }: TakeOver): Promise<number> {
  let bytesOfOthers = 0;
  for (const other of await foldersIn(places.folder)) {
    if (other === run) continue;
    const left = await readLeft(path.join(places.folder, other), now);
    if (left.alive || left.state?.binding !== binding) {
      bytesOfOthers += left.bytes;
      continue;
    }
    await adopt([...left.files].reverse());
    await fold(places, other, left.state);
  }
  return bytesOfOthers;
}

/** What is in the folder of a run. */
export interface Left {
  readonly state: OutboxState | undefined;
  /** Whether the run goes on: then its files are its own. */
  readonly alive: boolean;
  /** Batches, oldest first. */
  readonly files: readonly string[];
  readonly bytes: number;
}

/** A folder without a state is one that was begun just now, or of a km of another kind: nobody touches it. */
export async function readLeft(folder: string, now: number): Promise<Left> {
  const stateFile = path.join(folder, stateFileName);
  const [state, heard, names] = await Promise.all([
    readState(stateFile),
    stat(stateFile).catch(() => undefined),
    readdir(folder).catch(() => []),
  ]);
  const files = names
    .filter(isBatchFile)
    .sort()
    .map((name) => path.join(folder, name));
  const sizes = await Promise.all(
    files.map((file) =>
      stat(file).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  const alive = state === undefined || (state.ended !== true && isAlive(state.owner, heard?.mtimeMs ?? 0, now));
  return { state, alive, files, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

/** Names of the runs that have a folder, oldest first: a run's name begins with its time. */
export async function foldersIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((): Dirent[] => []);
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

/** Adds the counts of a run that is over to the totals, once, and removes its folder. Under the lock. */
async function fold({ folder, totals: file }: OutboxPlaces, run: string, { counts }: OutboxState): Promise<void> {
  const totals = await readTotals(file);
  if (totals.last !== run) await replaceFile(file, { counts: addCounts(totals.counts, counts), last: run });
  await rm(path.join(folder, run, stateFileName), { force: true });
  await rmdir(path.join(folder, run)).catch(() => {}); // Not empty: something that is none of km's.
}

/** Ends the outbox of a run that has nothing left to send; false where another km holds the lock, and will do it. */
export async function endEmpty(places: OutboxPlaces, run: string, state: OutboxState): Promise<boolean> {
  return (await withLock(places.lock, () => fold(places, run, state).then(() => true))) ?? false;
}
