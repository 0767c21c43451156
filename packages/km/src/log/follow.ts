import { setTimeout as wait } from 'node:timers/promises';
import { LineSplitter } from './line-splitter.ts';
import { closeSegments, type OpenSegment, openSegment, type Reader, readSegment } from './read.ts';
import { RecordLine } from './record-line.ts';
import { listSegments, type Segment } from './segments.ts';

/** A writer may go on in a sealed segment until it looks at the path again: a second when idle, here with time to spare. */
const sealedReadMs = 5_000;

interface Tail {
  readonly segment: OpenSegment;
  readonly splitter: LineSplitter;
  at: number;
  sealedAt: number | undefined;
  /** It was listed under the name that it got when it was sealed. */
  isListedSealed: boolean;
}

export interface Follow {
  readonly reader: Reader;
  readonly signal: AbortSignal;
  /** The current segment as far as it has been read; closed in the end. Undefined when there was none. */
  readonly from: { readonly segment: OpenSegment; readonly at: number } | undefined;
  /** Time between two looks. */
  readonly intervalMs?: number;
}

/** Reads records as they come, over rotations, until the signal or until the reader has had enough. */
export async function follow(file: string, { reader, signal, from, intervalMs = 200 }: Follow): Promise<void> {
  let tails = from ? [tail(from.segment, from.at, reader)] : [];
  let sealed: ReadonlySet<string> = new Set();
  try {
    for (;;) {
      const segments = listSegments(file);
      const newer = await openNewer(unreadOf(segments, tails.at(-1), sealed), tails.at(-1));
      sealed = new Set(segments.filter(({ current }) => !current).map(plainPath));
      if (newer.length > 0) for (const old of tails) old.sealedAt ??= Date.now();
      tails.push(...newer.map((segment) => tail(segment, 0, reader)));
      for (const each of tails) await readOn(each, reader);
      tails = await letGo(tails);
      if ((await reader.between?.()) === false || signal.aborted) return;
      await wait(intervalMs, undefined, { signal }).catch(() => undefined); // Ended early by the signal: seen above.
    }
  } finally {
    await closeSegments(tails.map(({ segment }) => segment));
  }
}

function tail(segment: OpenSegment, at: number, reader: Reader): Tail {
  const line = new RecordLine();
  const place = { segment: segment.path, line: undefined };
  const splitter = new LineSplitter((buffer, start, end) => {
    if (line.read(buffer, start, end) === 'record') reader.onRecord(line, place);
    else reader.onSkipped?.(place, buffer.subarray(start, end));
  }, reader.needles);
  return { segment, splitter, at, sealedAt: undefined, isListedSealed: false };
}

/**
 * Segments begun after the newest one that is being read.
 *
 * @param sealed Names of the sealed segments at the last look.
 */
function unreadOf(segments: readonly Segment[], newest: Tail | undefined, sealed: ReadonlySet<string>): Segment[] {
  if (newest === undefined) return segments.filter(({ current }) => current);
  const at = segments.findIndex(({ inode }) => inode === newest.segment.inode);
  newest.isListedSealed ||= segments[at]?.current === false;
  if (at >= 0) return segments.slice(at + 1);
  // Compressed, which makes another file of it, or deleted: what was not there at the last look is newer.
  const unseen = segments.filter((each) => each.current || (each.own && !sealed.has(plainPath(each))));
  const isItself = !newest.isListedSealed && unseen[0]?.compressed;
  return isItself ? unseen.slice(1) : unseen;
}

const plainPath = ({ path, compressed }: Segment): string => (compressed ? path.slice(0, -'.gz'.length) : path);

async function openNewer(unread: readonly Segment[], newest: Tail | undefined): Promise<OpenSegment[]> {
  const opened: OpenSegment[] = [];
  for (const segment of unread) {
    const found = await openListed(segment);
    if (!found) break; // The next look finds it under its new name, in its order.
    opened.push(found);
  }
  return opened.filter(({ inode }) => inode !== newest?.segment.inode);
}

/** Undefined when the name has gone, or another file has taken it, since it was listed. */
async function openListed(listed: Segment): Promise<OpenSegment | undefined> {
  try {
    const segment = await openSegment(listed);
    if (segment.inode === listed.inode) return segment;
    await segment.handle.close();
    return undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function readOn(tail: Tail, reader: Reader): Promise<void> {
  const { handle, compressed } = tail.segment;
  if (compressed) return readOnce(tail, reader);
  // Emptied in place (`: > mcp_proxy.log`): what comes now is new.
  if ((await handle.stat()).size < tail.at) tail.at = 0;
  for (;;) {
    const room = tail.splitter.room();
    const { bytesRead } = await handle.read(room, 0, room.length, tail.at);
    if (bytesRead === 0) return;
    tail.at += bytesRead;
    tail.splitter.filled(bytesRead);
    if ((await reader.between?.()) === false) return;
  }
}

/** A segment that was sealed and compressed between two looks; nobody writes to it any more. */
async function readOnce(tail: Tail, reader: Reader): Promise<void> {
  if (tail.at > 0) return;
  tail.at = tail.segment.size;
  await readSegment(tail.segment, reader, { foreign: 0, unknownVersion: 0 });
}

/** Closes what has been sealed for long; the newest stays. */
async function letGo(tails: readonly Tail[]): Promise<Tail[]> {
  const isOver = ({ sealedAt }: Tail): boolean => sealedAt !== undefined && Date.now() - sealedAt > sealedReadMs;
  await closeSegments(tails.filter(isOver).map(({ segment }) => segment));
  return tails.filter((each) => !isOver(each));
}
