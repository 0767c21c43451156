import { type BigIntStats, close, constants, fchmod, fstat, open, write, writev } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { makeFolder } from '../make-folder.ts';
import { anySegment, type Lease } from './lease.ts';

const openAsync = promisify(open);
const closeAsync = promisify(close);
const chmodAsync = promisify(fchmod);
const fstatAsync = promisify<number, { bigint: true }, BigIntStats>(fstat);

/** The segment this process appends to. */
export interface SegmentFile {
  readonly fd: number;
  readonly inode: string;
  /** `/dev/null` or `/dev/full`: never rotated, shared without leases. */
  readonly device: boolean;
  /** When it was created, milliseconds since the epoch; 0 where the file system does not know. */
  readonly bornAt: number;
  readonly size: number;
}

const devices = new Set(['/dev/null', '/dev/full']);

/** What the path leads to is nothing the log can be written to. */
export class NotAFile extends Error {
  readonly code = 'NOTAFILE';
}

/**
 * Opens the current segment under a lease.
 *
 * The lease says `?` while the path is being opened, for between opening and looking another writer may rotate; it
 * names the segment only when the path still leads to what was opened.
 */
export async function openSegment(file: string, lease: Lease): Promise<SegmentFile> {
  await makeFolder(path.dirname(file));
  if (await isDevice(file)) return openDevice(file);
  for (;;) {
    await lease.set(anySegment);
    const opened = await openFile(file);
    if ((await statOf(file))?.inode === opened.inode) {
      await lease.set(opened.inode);
      return opened;
    }
    await closeAsync(opened.fd);
  }
}

export async function closeSegment({ fd }: SegmentFile): Promise<void> {
  await closeAsync(fd).catch(() => {}); // What was written has been written; there is nothing to be done about the rest.
}

/** What stands at the path now; undefined when nothing does. */
export async function statOf(file: string): Promise<{ inode: string; size: number } | undefined> {
  try {
    const { dev, ino, size } = await stat(file, { bigint: true });
    return { inode: `${dev}:${ino}`, size: Number(size) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** True for a device that may be written to. Looked up before opening: opening a FIFO waits for a reader. */
async function isDevice(file: string): Promise<boolean> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (found === undefined || found.isFile()) return false;
  if (devices.has(await realpath(file))) return true;
  throw new NotAFile(`${file} is neither a file nor /dev/null.`);
}

async function openDevice(file: string): Promise<SegmentFile> {
  return { fd: await openAsync(file, constants.O_WRONLY), inode: file, device: true, bornAt: 0, size: 0 };
}

async function openFile(file: string): Promise<SegmentFile> {
  const { O_APPEND, O_CREAT, O_WRONLY, O_NONBLOCK } = constants;
  // Non-blocking means nothing to a file, and keeps a FIFO that came in the meantime from holding a thread for ever.
  const fd = await openAsync(file, O_APPEND | O_CREAT | O_WRONLY | (O_NONBLOCK ?? 0), 0o600);
  try {
    const stat = await fstatAsync(fd, { bigint: true });
    if (!stat.isFile()) throw new NotAFile(`${file} is not a file.`);
    // Fails where the file is another user's, who then decides who may read it.
    if ((Number(stat.mode) & 0o077) !== 0) await chmodAsync(fd, 0o600).catch(() => {});
    const inode = `${stat.dev}:${stat.ino}`;
    return { fd, inode, device: false, bornAt: Number(stat.birthtimeMs), size: Number(stat.size) };
  } catch (error) {
    await closeAsync(fd);
    throw error;
  }
}

/** Appends the pieces in one call of the system, so that no other writer comes between. Ends with how many bytes it took. */
export function writeTo({ fd }: SegmentFile, pieces: readonly Uint8Array[]): Promise<number> {
  const [first, ...more] = pieces;
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, taken: number) => (error === null ? resolve(taken) : reject(error));
    if (first !== undefined && more.length === 0) write(fd, first, 0, first.length, null, done);
    else writev(fd, pieces, null, done);
  });
}
