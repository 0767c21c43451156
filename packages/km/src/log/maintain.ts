import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, open, readdir, rename, rm, utimes } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { anySegment, leasedInodes } from './lease.ts';
import { withLock } from './lock.ts';
import { type LogPlaces, listSegments, logPlaces, type Segment } from './segments.ts';
import { sha256 } from './sha256.ts';
import type { Trim } from './writer.ts';

export interface Upkeep {
  readonly file: string;
  readonly maxFiles: number;
  /** Seconds; 0 keeps for ever. */
  readonly maxAge: number;
  readonly now: number;
  /** Writes the anchors of what is about to be dropped; false when they could not be written. */
  readonly trim: (trims: readonly Trim[]) => Promise<boolean>;
  readonly signal: AbortSignal;
}

const chunkBytes = 131_072;
/** After each chunk, so that compressing takes a share of one core and not all of it. */
const restMs = 2;

/**
 * Drops what is over the limits and compresses what is sealed.
 *
 * @returns `later` when something was left because a writer may still write to it, or another process is at it.
 */
export async function maintain(upkeep: Upkeep): Promise<'done' | 'later'> {
  return (await withMaintainLock(upkeep.file, () => maintainAlone(upkeep))) ?? 'later';
}

/** Runs `work` while nobody else compresses, rewrites or deletes segments; undefined when somebody does. */
export function withMaintainLock<T>(file: string, work: () => Promise<T>): Promise<T | undefined> {
  return withLock(path.join(logPlaces(file).writers, 'maintain.lock'), work);
}

/**
 * True when no living writer can write to the segment any more: then, under the maintain lock, it may be rewritten.
 * The segment must have been listed before this is asked, and must be sealed.
 */
export async function canRewrite(file: string, segment: Segment): Promise<boolean> {
  return isFree(segment, await leasedInodes(logPlaces(file), Date.now()));
}

function isFree({ current, inode }: Segment, leased: ReadonlySet<string>): boolean {
  return !current && !leased.has(anySegment) && !leased.has(inode);
}

async function maintainAlone(upkeep: Upkeep): Promise<'done' | 'later'> {
  const places = logPlaces(upkeep.file);
  await removeLeftovers(places);
  // Listed before the leases are read: see openLease.
  const sealed = listSegments(upkeep.file).filter(({ own }) => own);
  const leased = await leasedInodes(places, upkeep.now);
  const dropped = await dropOld(upkeep, sealed, leased);
  const kept = sealed.slice(dropped.count).filter(({ compressed }) => !compressed);
  const free = kept.filter((segment) => isFree(segment, leased));
  for (const segment of free) await compress(segment, upkeep.signal);
  return dropped.complete && free.length === kept.length ? 'done' : 'later';
}

/** What a process that died while compressing has left: unfinished files, and plain ones whose `.gz` is complete. */
async function removeLeftovers({ folder, stem, file }: LogPlaces): Promise<void> {
  const names = await readdir(folder);
  const listed = new Set(listSegments(file).map((segment) => path.basename(segment.path)));
  const unfinished = names.filter((name) => name.startsWith(`${stem}.`) && /\.gz\.\d+\.tmp$/.test(name));
  const done = names.filter((name) => listed.has(`${name}.gz`) && stampedName.test(name));
  await Promise.all([...unfinished, ...done].map((name) => rm(path.join(folder, name), { force: true })));
}

const stampedName = /\.\d{8}T\d{9}Z\./;

/** Drops from the oldest on, and stops at one that is still written to: a hole would look like tampering. */
async function dropOld(upkeep: Upkeep, sealed: readonly Segment[], leased: ReadonlySet<string>) {
  const excess = sealed.length - Math.max(upkeep.maxFiles - 1, 0);
  const oldest = upkeep.maxAge > 0 ? upkeep.now - upkeep.maxAge * 1_000 : Number.NEGATIVE_INFINITY;
  let count = 0;
  for (const [index, segment] of sealed.entries()) {
    const reason = index < excess ? 'max_files' : segment.mtime < oldest ? 'max_age' : undefined;
    if (reason === undefined) return { count, complete: true };
    if (!isFree(segment, leased)) return { count, complete: false };
    // First the anchors, then the deed: a trim too many is harmless, one too few looks like tampering.
    if (!(await upkeep.trim(await trimsFor(segment, reason, upkeep.signal)))) return { count, complete: false };
    await rm(segment.path, { force: true });
    count++;
  }
  return { count, complete: true };
}

/** The anchors to write before a whole segment is dropped: one for each run that had not ended in it. */
async function trimsFor(segment: Segment, reason: string, signal: AbortSignal): Promise<Trim[]> {
  const runs = new Map<string, { last: number; was: string }>();
  for await (const line of linesOf(segment, signal)) {
    const head = headPattern.exec(line.toString('latin1', 0, headBytes));
    if (head === null) continue;
    const [, run = '', seq, kind] = head;
    if (kind === 'end') runs.delete(run);
    else runs.set(run, { last: Number(seq), was: sha256(line) });
  }
  return [...runs].map(([of, { last, was }]) => ({ of, last, was, reason }));
}

const headBytes = 4_096;
const string = '"(?:[^"\\\\]|\\\\.)*"';
const headPattern = new RegExp(
  `^\\{"v":1,"ts":"[^"]*","run":"([^"]*)","session":${string},"seq":(\\d+),"server":${string},"kind":"(\\w+)"`,
);

async function* linesOf({ path: file, compressed }: Segment, signal: AbortSignal): AsyncGenerator<Buffer> {
  const source = createReadStream(file, { highWaterMark: chunkBytes, signal });
  const chunks: AsyncIterable<Buffer> = compressed ? source.pipe(createGunzip()) : source;
  let rest: Buffer[] = [];
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(0x0a); end !== -1; end = chunk.indexOf(0x0a, start)) {
      const line = chunk.subarray(start, end);
      yield rest.length === 0 ? line : Buffer.concat([...rest, line]);
      rest = [];
      start = end + 1;
    }
    if (start < chunk.length) rest.push(chunk.subarray(start));
    await pause(restMs, undefined, { signal, ref: false });
  }
}

/** Replaces a sealed segment by its `.gz`, with the same time of last write. */
async function compress({ path: file, mtime }: Segment, signal: AbortSignal): Promise<void> {
  const unfinished = `${file}.gz.${process.pid}.tmp`;
  try {
    await pipeline(
      createReadStream(file, { highWaterMark: chunkBytes }),
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          yield chunk;
          await pause(restMs, undefined, { signal, ref: false });
        }
      },
      createGzip({ level: 1 }),
      createWriteStream(unfinished, { mode: 0o600 }),
      { signal },
    );
    await sync(unfinished);
    await chmod(unfinished, 0o600);
    await utimes(unfinished, mtime / 1_000, mtime / 1_000);
    await rename(unfinished, `${file}.gz`);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  await rm(file, { force: true });
}

/** The plain file goes when the compressed one is in place, so a power cut must not find the latter empty. */
async function sync(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
