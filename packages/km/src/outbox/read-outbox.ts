import path from 'node:path';
import { addCounts, type OutboxCounts, readTotals } from './outbox-state.ts';
import type { OutboxPlaces } from './places.ts';
import { readBatch } from './spool.ts';
import { foldersIn, readLeft } from './take-over.ts';

/** A batch that waits: its events, one JSON a line. */
export interface WaitingBatch {
  readonly lines: readonly string[];
  /** Of a run that goes on: it sends them itself, and more may come to them. */
  readonly alive: boolean;
}

/** What is in the outbox, for whoever looks. */
export interface OutboxContent {
  /** Those of the account that is asked about, oldest first. */
  readonly batches: readonly WaitingBatch[];
  /** Bytes that wait for another account. */
  readonly bytesOfOthers: number;
  /** Of all runs there were. */
  readonly counts: OutboxCounts;
  /** Why events wait, as the runs say. */
  readonly troubles: readonly string[];
}

/** Reads the outbox, and changes nothing in it. */
export async function readOutbox(places: OutboxPlaces, binding: string, now: number): Promise<OutboxContent> {
  let { counts } = await readTotals(places.totals);
  const batches: WaitingBatch[] = [];
  const troubles = new Set<string>();
  let bytesOfOthers = 0;
  for (const run of await foldersIn(places.folder)) {
    const { state, alive, files, bytes } = await readLeft(path.join(places.folder, run), now);
    if (state === undefined) continue;
    counts = addCounts(counts, state.counts);
    if (state.binding !== binding) {
      bytesOfOthers += bytes;
      continue;
    }
    if (state.trouble !== undefined) troubles.add(state.trouble);
    for (const file of files) {
      const lines = await readBatch(file);
      if (lines.length > 0) batches.push({ lines, alive });
    }
  }
  return { batches, bytesOfOthers, counts, troubles: [...troubles] };
}
