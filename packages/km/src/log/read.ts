import { readSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import { createGunzip } from 'node:zlib';
import { KmError } from '@kilometers/core/errors.ts';
import { LineSplitter } from './line-splitter.ts';
import { RecordLine } from './record-line.ts';
import { listSegments, type Segment } from './segments.ts';

/** What stands in a log beside records. */
export interface Skipped {
  /** Lines that are no records: torn by a crash, or written by something else. */
  foreign: number;
  /** Records of a version of the format that this km does not know. */
  unknownVersion: number;
}

/** Where a record stands. */
export interface Place {
  /** Name of the segment's file, without its folder. */
  readonly segment: string;
  /** Counted from 1; undefined where the reading began in the middle of a file. */
  readonly line: number | undefined;
}

export interface Reader {
  /** Called for each record, in order. The line holds until the call returns. */
  onRecord(line: RecordLine, place: Place): void;
  /** Called for each line that is no record. The bytes hold until the call returns. */
  onSkipped?(place: Place, bytes: Buffer): void;
  /** Called between chunks: the reading goes on when it is done, and ends when it says `false`. */
  between?(): Promise<boolean> | boolean;
  /** Lines that hold none of these are passed over unread. */
  readonly needles?: readonly Buffer[] | undefined;
}

/** A segment held open: rotation, compression and clearing may take its name away while it is being read. */
export interface OpenSegment extends Segment {
  readonly handle: FileHandle;
}

/** Reads every record of the log at `file`, oldest segment first, in memory that does not grow with the log. */
export async function readLog(file: string, reader: Reader, since = 0): Promise<Skipped> {
  const skipped: Skipped = { foreign: 0, unknownVersion: 0 };
  await withSegments(file, since, async (segments) => {
    for (const segment of segments) if (!(await readSegment(segment, reader, skipped))) return;
  });
  return skipped;
}

/** Opens the segments written to after `since` (milliseconds since the epoch), and closes them afterwards. */
export async function withSegments(
  file: string,
  since: number,
  use: (segments: readonly OpenSegment[]) => Promise<void>,
): Promise<void> {
  const segments = await openSegments(file, since);
  try {
    await use(segments);
  } catch (error) {
    throw unreadable(file, error);
  } finally {
    await closeSegments(segments);
  }
}

/** What of a segment to read: from byte `from` (what stands before the next newline is left out), up to byte `to`. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * Reads one segment. `false` when the reader has had enough.
 *
 * A last line without newline counts when it is a record; otherwise, in a segment that was written to just now, it is
 * being written, and is passed over in silence.
 */
export async function readSegment(
  segment: OpenSegment,
  reader: Reader,
  skipped: Skipped,
  range: Range = { from: 0, to: segment.size },
): Promise<boolean> {
  const name = path.basename(segment.path);
  const line = new RecordLine();
  const isWhole = range.from === 0;
  // One object for all lines: a log has millions of them.
  const place = { segment: name, line: isWhole ? 0 : undefined };
  let isFirst = !isWhole;
  const visit = (buffer: Buffer, from: number, to: number): void => {
    if (place.line !== undefined) place.line++;
    if (isFirst) isFirst = false;
    else take(line, place, reader, skipped, buffer, from, to);
  };
  const splitter = new LineSplitter(visit, reader.needles);
  const goesOn = await feed(segment, splitter, reader, range);
  const rest = splitter.rest();
  if (!goesOn || !rest || isFirst) return goesOn;
  const isBeingWritten = segment.current || Date.now() - segment.mtime < 5_000;
  if (isBeingWritten && line.read(rest, 0, rest.length) !== 'record') return true;
  visit(rest, 0, rest.length);
  return true;
}

function take(
  line: RecordLine,
  place: Place,
  reader: Reader,
  skipped: Skipped,
  buffer: Buffer,
  from: number,
  to: number,
): void {
  const kind = line.read(buffer, from, to);
  if (kind === 'record') {
    reader.onRecord(line, place);
    return;
  }
  if (kind === 'foreign') skipped.foreign++;
  else skipped.unknownVersion++;
  reader.onSkipped?.(place, buffer.subarray(from, to));
}

async function feed(segment: OpenSegment, splitter: LineSplitter, reader: Reader, range: Range): Promise<boolean> {
  return segment.compressed ? feedCompressed(segment, splitter, reader) : feedPlain(segment, splitter, reader, range);
}

async function feedPlain(
  { handle }: OpenSegment,
  splitter: LineSplitter,
  reader: Reader,
  { from, to }: Range,
): Promise<boolean> {
  for (let at = from; at < to; ) {
    const room = splitter.room();
    // Synchronous: nothing else runs here, and the way through the thread pool costs more than the reading.
    const bytesRead = readSync(handle.fd, room, 0, Math.min(room.length, to - at), at);
    if (bytesRead === 0) return true;
    at += bytesRead;
    splitter.filled(bytesRead);
    if ((await reader.between?.()) === false) return false;
  }
  return true;
}

async function feedCompressed({ handle }: OpenSegment, splitter: LineSplitter, reader: Reader): Promise<boolean> {
  const source = handle.createReadStream({ start: 0, autoClose: false });
  const plain = source.pipe(createGunzip({ chunkSize: 1 << 18 }));
  source.on('error', (error) => plain.destroy(error));
  for await (const chunk of plain) {
    splitter.push(chunk as Buffer);
    if ((await reader.between?.()) === false) return false;
  }
  return true;
}

const attemptsMax = 20;

/**
 * Opens the segments written to after `since`, all before any is read: from then on nothing that happens to their names
 * matters.
 */
export async function openSegments(file: string, since: number): Promise<OpenSegment[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      const opened = await openOnce(file, since);
      if (opened) return opened;
    } catch (error) {
      if (attempt === attemptsMax) throw unreadable(file, error);
    }
    if (attempt === attemptsMax)
      throw new KmError('log.unreadable', `The log ${file} rotates faster than it can be read.`);
  }
}

/** Undefined when a rotation came in between: a segment might be missing, or there twice. */
async function openOnce(file: string, since: number): Promise<OpenSegment[] | undefined> {
  const found = listSegments(file);
  const opened: OpenSegment[] = [];
  try {
    for (const segment of found) if (segment.mtime >= since) opened.push(await openSegment(segment));
  } catch (error) {
    await closeSegments(opened);
    throw error;
  }
  if (names(listSegments(file)) === names(found) && areListed(opened, found)) return withSizes(opened);
  await closeSegments(opened);
  return undefined;
}

/**
 * Says how far to read while writers write: the newest segment is looked at first. A writer only ever moves to a newer
 * one, so what is seen of it there came after all that will be seen of it in older ones.
 */
async function withSizes(segments: readonly OpenSegment[]): Promise<OpenSegment[]> {
  const sized: OpenSegment[] = [];
  for (const segment of segments.toReversed()) sized.unshift({ ...segment, size: (await segment.handle.stat()).size });
  return sized;
}

/** Holds a listed segment. */
export async function openSegment(segment: Segment): Promise<OpenSegment> {
  const handle = await open(segment.path, 'r');
  // Of the file that was opened: the name may have moved on since it was listed.
  const { dev, ino, size } = await handle.stat({ bigint: true });
  return { ...segment, size: Number(size), inode: `${dev}:${ino}`, handle };
}

function areListed(opened: readonly OpenSegment[], found: readonly Segment[]): boolean {
  return opened.every(({ inode }) => found.some((segment) => segment.inode === inode));
}

function names(segments: readonly Segment[]): string {
  return segments.map((segment) => `${segment.path} ${segment.inode}`).join('\n');
}

/** Lets go of segments. */
export async function closeSegments(segments: readonly OpenSegment[]): Promise<void> {
  await Promise.all(segments.map(({ handle }) => handle.close()));
}

function unreadable(file: string, error: unknown): unknown {
  const isSystem = error instanceof Error && 'code' in error && error.name !== 'KmError';
  return isSystem ? new KmError('log.unreadable', `The log ${file} cannot be read.`, { cause: error }) : error;
}
