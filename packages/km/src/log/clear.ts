import { createWriteStream } from 'node:fs';
import { open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import { KmError } from '@kilometers/core/errors.ts';
import { canRewrite, withMaintainLock } from './maintain.ts';
import { matcher } from './query.ts';
import { closeSegments, openSegment, type Place, type Reader, readSegment } from './read.ts';
import type { RecordLine } from './record-line.ts';
import { seal } from './rotate.ts';
import { listSegments, logPlaces, type Segment } from './segments.ts';
import { sha256 } from './sha256.ts';
import type { Trim } from './writer.ts';

export interface Clearing {
  readonly file: string;
  /** Records before this moment go, milliseconds since the epoch; undefined clears all. */
  readonly before: number | undefined;
  /** The run that clears: its name goes into that of the segment it seals. */
  readonly run: string;
  /** Writes the anchors of what is about to be dropped; false when they could not be written. Not called before the seal. */
  readonly trim: (trims: readonly Trim[]) => Promise<boolean>;
  /** How long writers get to move on to the new segment, and another km to end its upkeep. */
  readonly waitMs?: number;
}

export interface Cleared {
  readonly records: number;
  /** Segments that are gone whole. */
  readonly segments: number;
  /** On disk. */
  readonly bytes: number;
  /** Names of segments that were left as they are, because a writer has not moved on. */
  readonly skipped: readonly string[];
}

const lookMs = 50;

/**
 * Drops records while others write: seals the current segment, waits until the writers have moved on to the next one,
 * and rewrites those that nobody writes to any more.
 *
 * @throws KmError `log.unwritable` when another km keeps the log busy, or the anchors could not be written.
 */
export async function clearLog(clearing: Clearing): Promise<Cleared> {
  const deadline = Date.now() + (clearing.waitMs ?? 3_000);
  try {
    return await waitFor(() => withMaintainLock(clearing.file, () => clearAlone(clearing, deadline)), deadline + 7_000);
  } catch (error) {
    const isSystem = error instanceof Error && 'code' in error && error.name !== 'KmError';
    throw isSystem
      ? new KmError('log.unwritable', `The log ${clearing.file} could not be cleared.`, { cause: error })
      : error;
  }
}

async function waitFor<T>(attempt: () => Promise<T | undefined>, deadline: number): Promise<T> {
  for (;;) {
    const result = await attempt();
    if (result !== undefined) return result;
    if (Date.now() > deadline)
      throw new KmError('log.unwritable', 'Another km is compressing or clearing the log.', {
        fix: 'Try again in a moment.',
      });
    await pause(lookMs);
  }
}

async function clearAlone(clearing: Clearing, deadline: number): Promise<Cleared> {
  const { file, run } = clearing;
  await removeLeftovers(file);
  await seal(logPlaces(file), run);
  const sealed = listSegments(file).filter(({ current }) => !current);
  await waitForWriters(file, sealed, deadline);
  const sum = { records: 0, segments: 0, bytes: 0, skipped: [] as string[] };
  const runs: Runs = { kept: new Set(), ended: new Set() };
  for (const segment of sealed) {
    const done = await clearSegment(clearing, segment, runs);
    if (done === undefined) sum.skipped.push(path.basename(segment.path));
    sum.records += done?.records ?? 0;
    sum.segments += done?.isGone ? 1 : 0;
    sum.bytes += done?.bytes ?? 0;
  }
  return sum;
}

/** What is known of the runs from the segments before. */
interface Runs {
  /** A run that has kept one record keeps all that follow: only beginnings may be dropped. */
  readonly kept: Set<string>;
  /** Runs of which nothing is left. */
  readonly ended: Set<string>;
}

/** What a clearing that was killed has left. Under the maintain lock nobody else has unfinished files. */
async function removeLeftovers(file: string): Promise<void> {
  const { folder, stem } = logPlaces(file);
  const names = await readdir(folder).catch(() => []); // No folder, no log, nothing to clear.
  const unfinished = names.filter((name) => name.startsWith(`${stem}.`) && /\.\d+\.tmp$/.test(name));
  await Promise.all(unfinished.map((name) => rm(path.join(folder, name), { force: true })));
}

async function waitForWriters(file: string, sealed: readonly Segment[], deadline: number): Promise<void> {
  for (const segment of sealed) {
    while (!(await canRewrite(file, segment)) && Date.now() < deadline) await pause(lookMs);
  }
}

interface Done {
  readonly records: number;
  readonly bytes: number;
  readonly isGone: boolean;
}

/** Undefined when the segment had to be left as it is. */
async function clearSegment(clearing: Clearing, segment: Segment, runs: Runs): Promise<Done | undefined> {
  if (!(await canRewrite(clearing.file, segment))) {
    await sift({ segment, before: Number.NEGATIVE_INFINITY, runs, copy: undefined });
    return undefined;
  }
  const temporary = `${segment.path}.${process.pid}.tmp`;
  const copy = new Copy(temporary, segment.compressed);
  try {
    const sieve = await sift({ segment, before: clearing.before ?? Number.POSITIVE_INFINITY, runs, copy });
    await copy.end();
    if (sieve.dropped === 0 && sieve.kept > 0) return { records: 0, bytes: 0, isGone: false };
    // First the anchors, then the deed: a trim too many is harmless, one too few looks like tampering.
    if (sieve.trims.length > 0 && !(await clearing.trim(sieve.trims)))
      throw new KmError('log.unwritable', 'What was to be dropped could not be put on record, and stays.');
    return await replace(segment, temporary, sieve);
  } finally {
    await rm(temporary, { force: true });
  }
}

interface Sifting {
  readonly segment: Segment;
  /** Milliseconds since the epoch. */
  readonly before: number;
  readonly runs: Runs;
  readonly copy: Copy | undefined;
}

interface Sieve {
  readonly dropped: number;
  readonly kept: number;
  readonly trims: readonly Trim[];
}

/** Copies what is kept, and notes the last that is dropped of each run. */
async function sift({ segment, before, runs, copy }: Sifting): Promise<Sieve> {
  const isNew = matcher(Number.isFinite(before) ? { since: before } : {});
  const isKept = before === Number.POSITIVE_INFINITY ? () => false : isNew;
  const cuts = new Map<string, Cut>();
  const sum = { dropped: 0, kept: 0 };
  const keep = (bytes: Buffer): void => {
    sum.kept++;
    copy?.add(bytes);
  };
  const onRecord = (line: RecordLine): void => {
    const run = line.text('run') as string;
    if (runs.kept.has(run) || isKept(line)) {
      const cut = cuts.get(run);
      if (cut) cut.first ??= line.number('seq') as number;
      runs.kept.add(run);
      keep(line.bytes);
    } else {
      sum.dropped++;
      cuts.set(run, { first: null, last: line.number('seq') as number, was: sha256(line.bytes) });
      noteDropped(line, run, runs, cuts);
    }
  };
  // Records of a newer km among them: they are as old as the segment, as far as can be told.
  const onSkipped = (_place: Place, bytes: Buffer): void => {
    if (segment.mtime >= before) keep(bytes);
  };
  const between = async (): Promise<boolean> => {
    await copy?.drain();
    return true;
  };
  await readWhole(segment, { onRecord, onSkipped, between });
  const open = [...cuts].filter(([run]) => !runs.ended.has(run));
  return { ...sum, trims: open.map(([of, cut]) => ({ of, ...cut, reason: 'clear-logs' })) };
}

interface Cut {
  first: number | null;
  readonly last: number;
  readonly was: string;
}

/** A run dropped with its end needs no anchor; an anchor that is dropped may still be needed and is written anew. */
function noteDropped(line: RecordLine, run: string, runs: Runs, cuts: Map<string, Cut>): void {
  const kind = line.text('kind');
  if (kind === 'end') runs.ended.add(run);
  if (kind !== 'trim') return;
  const of = line.text('of');
  const was = line.text('was');
  if (of === undefined || was === undefined || runs.kept.has(of) || cuts.has(of)) return;
  cuts.set(of, { first: line.number('first') ?? null, last: line.number('last') ?? 0, was });
}

async function readWhole(segment: Segment, reader: Reader): Promise<void> {
  const opened = await openSegment(segment);
  try {
    await readSegment(opened, reader, { foreign: 0, unknownVersion: 0 });
  } finally {
    await closeSegments([opened]);
  }
}

async function replace(segment: Segment, temporary: string, { dropped, kept }: Sieve): Promise<Done> {
  if (kept === 0) {
    await rm(segment.path, { force: true });
    return { records: dropped, bytes: segment.size, isGone: true };
  }
  // Age limits go by the last write, which this is not.
  await utimes(temporary, segment.mtime / 1_000, segment.mtime / 1_000);
  const { size } = await stat(temporary);
  await rename(temporary, segment.path);
  return { records: dropped, bytes: segment.size - size, isGone: false };
}

/** Writes lines to a file, compressed like the one they come from, and makes sure that they are on the disk. */
class Copy {
  readonly #target: string;
  readonly #out: Writable;
  readonly #done: Promise<unknown>;
  #batch: Buffer[] = [];

  constructor(target: string, isCompressed: boolean) {
    const file = createWriteStream(target, { mode: 0o600 });
    const gzip = isCompressed ? createGzip({ level: 1 }) : undefined;
    gzip?.pipe(file);
    this.#target = target;
    this.#out = gzip ?? file;
    this.#done = finished(file);
    this.#done.catch(() => {}); // Thrown where it is awaited.
  }

  add(line: Buffer): void {
    this.#batch.push(Buffer.from(line), newline);
  }

  /** Hands on what has been added, and waits until it is taken. */
  async drain(): Promise<void> {
    const bytes = Buffer.concat(this.#batch);
    this.#batch = [];
    if (bytes.length === 0) return;
    const taken = new Promise<void>((resolve) => this.#out.write(bytes, () => resolve()));
    await Promise.race([taken, this.#done]);
  }

  async end(): Promise<void> {
    await this.drain();
    this.#out.end();
    await this.#done;
    // It takes the place of another file: a power cut must not find it empty.
    const handle = await open(this.#target, 'r+');
    await handle.sync();
    await handle.close();
  }
}

const newline = Buffer.from('\n');
