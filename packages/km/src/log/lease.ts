import { chmod, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../make-folder.ts';
import { isAlive, ownOwner, readOwner } from './owner.ts';
import type { LogPlaces } from './segments.ts';

/** Which segment a writer may be writing to. `?` stands for any: it is just opening one. */
export interface Lease {
  /** Says which segment the writer may write to from now on. */
  set(inode: string): Promise<void>;
  /** The writer writes to none. */
  drop(): Promise<void>;
}

export const anySegment = '?';

/**
 * The promise of one writer to those who compress, rewrite and delete: a segment that a lease names is left alone.
 *
 * A writer says `?`, opens the path, looks whether the path still leads to what it opened, and only then names the
 * inode. Who maintains must list the segments first and read the leases after: then a writer that came in between
 * can only have opened a segment that is not on the list.
 */
export function openLease({ writers }: LogPlaces, run: string): Lease {
  const file = path.join(writers, `${run}.lease`);
  let made = false;
  return {
    async set(inode) {
      if (!made) await makeWriters(writers);
      made = true;
      const text = `${JSON.stringify({ ...ownOwner(), inode })}\n`;
      try {
        await replaceWhole(file, text);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
        // Somebody has deleted the folder while the run went on.
        await makeWriters(writers);
        await replaceWhole(file, text);
      }
    },
    drop: () => rm(file, { force: true }),
  };
}

/** A lease that is half written could be taken for none. */
async function replaceWhole(file: string, text: string): Promise<void> {
  await writeFile(`${file}.tmp`, text, { mode: 0o600 });
  await rename(`${file}.tmp`, file);
}

/** The segments that living writers may write to; the leases of dead writers are removed. */
export async function leasedInodes({ writers }: LogPlaces, now: number): Promise<ReadonlySet<string>> {
  const names = await readdir(writers).catch(() => []);
  const files = names.filter((name) => name.endsWith('.lease')).map((name) => path.join(writers, name));
  const inodes = await Promise.all(files.map((file) => readLease(file, now)));
  return new Set(inodes.filter((inode) => inode !== undefined));
}

async function makeWriters(writers: string): Promise<void> {
  await makeFolder(writers);
  await chmod(writers, 0o700).catch(() => {}); // Made by another user: then it is for them to say.
}

async function readLease(file: string, now: number): Promise<string | undefined> {
  try {
    const { mtimeMs } = await stat(file);
    const lease: unknown = JSON.parse(await readFile(file, 'utf8'));
    const owner = readOwner(lease);
    if (owner !== undefined && !isAlive(owner, mtimeMs, now)) {
      await rm(file, { force: true });
      return undefined;
    }
    const { inode } = lease as { inode?: unknown };
    return typeof inode === 'string' ? inode : anySegment;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    return anySegment; // Unreadable: whatever it says, nothing is touched.
  }
}
