import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { type Owner, readOwner } from '../log/owner.ts';

/** What became of events. */
export interface OutboxCounts {
  /** Taken by the control plane, for the first time. */
  readonly sent: number;
  /** Taken before: the answer had been lost. */
  readonly duplicates: number;
  /** Set aside: the control plane will never take them. */
  readonly refused: number;
  /** Lost: there was room for them neither in memory nor on the disk. */
  readonly dropped: number;
}

export const noCounts: OutboxCounts = { sent: 0, duplicates: 0, refused: 0, dropped: 0 };

export function addCounts(a: OutboxCounts, b: OutboxCounts): OutboxCounts {
  return {
    sent: a.sent + b.sent,
    duplicates: a.duplicates + b.duplicates,
    refused: a.refused + b.refused,
    dropped: a.dropped + b.dropped,
  };
}

/** What the outbox of one run says about itself, to those who may take it over. */
export interface OutboxState {
  readonly owner: Owner;
  /** Whose events these are: the control plane and the account. They go nowhere else. */
  readonly binding: string;
  readonly counts: OutboxCounts;
  /** Why events wait at the moment. */
  readonly trouble?: string;
  /** Set when the run is over. */
  readonly ended?: true;
}

/** Counts of runs that are over. `last`: the run that was added last, for one that is found again was added already. */
export interface OutboxTotals {
  readonly counts: OutboxCounts;
  readonly last: string;
}

/** Undefined where there is none, or none that can be read. */
export async function readState(file: string): Promise<OutboxState | undefined> {
  const { owner, binding, counts, trouble, ended } = await readObject(file);
  const known = readOwner(owner);
  if (known === undefined || typeof binding !== 'string') return undefined;
  return {
    owner: known,
    binding,
    counts: readCounts(counts),
    ...(typeof trouble === 'string' && { trouble }),
    ...(ended === true && { ended }),
  };
}

export async function readTotals(file: string): Promise<OutboxTotals> {
  const { counts, last } = await readObject(file);
  return { counts: readCounts(counts), last: typeof last === 'string' ? last : '' };
}

/** Replaces a file of the outbox as a whole. @throws what the file system says. */
export async function replaceFile(file: string, content: OutboxState | OutboxTotals): Promise<void> {
  const unfinished = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(unfinished, `${JSON.stringify(content)}\n`, { mode: 0o600 });
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => {}); // What went wrong first is what is told.
    throw error;
  }
}

function readCounts(value: unknown): OutboxCounts {
  const { sent, duplicates, refused, dropped } = objectOf(value);
  return { sent: count(sent), duplicates: count(duplicates), refused: count(refused), dropped: count(dropped) };
}

function count(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0;
}

async function readObject(file: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return objectOf(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return {}; // None, or one that was cut off by a full disk.
  }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
