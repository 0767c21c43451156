import { closeSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../make-folder.ts';

/** What was added to the file since the last look. */
export interface News {
  /** Whole lines. */
  readonly text: string;
  /** True when the file is another one than before: what is in it is all there is to know. */
  readonly isWhole: boolean;
}

/**
 * A file that many processes append lines to, and that one of them now and then replaces by a shorter one.
 *
 * A write is one call on a file opened for appending, so lines never mix. It begins with a newline, so that what a writer
 * that died has left is a line of its own. After writing, a writer looks whether the path still leads to what it wrote to
 * and otherwise writes again: lines may come twice, and none is lost.
 */
export class FactFile {
  readonly #file: string;
  #inode = '';
  #offset = 0;

  constructor(file: string) {
    this.#file = file;
  }

  get path(): string {
    return this.#file;
  }

  /** @throws what the file system says; then it is not known how much was written. */
  async append(lines: string): Promise<void> {
    const bytes = Buffer.from(`\n${lines}`);
    for (;;) {
      const handle = await this.#openToAppend();
      try {
        const { bytesWritten } = await handle.write(bytes);
        if (bytesWritten < bytes.length) throw Object.assign(new Error('short write'), { code: 'ENOSPC' });
        const here = await handle.stat();
        // Fails where the file is another user's, who then decides who may read it.
        if ((here.mode & 0o077) !== 0) await handle.chmod(0o600).catch(() => {});
        const there = await stat(this.#file).catch(() => undefined); // Deleted: then it is made anew.
        if (there !== undefined && inodeOf(there) === inodeOf(here)) return;
      } finally {
        await handle.close();
      }
    }
  }

  /** What has come since. A stat when that is nothing: some microseconds. Undefined when there is nothing to read. */
  news(): News | undefined {
    const there = statSync(this.#file, { throwIfNoEntry: false });
    if (there === undefined) return undefined;
    const isWhole = inodeOf(there) !== this.#inode || there.size < this.#offset;
    const from = isWhole ? 0 : this.#offset;
    if (!isWhole && there.size === from) return undefined;
    const fd = openSync(this.#file, 'r');
    try {
      return this.#take(readAll(fd, from, there.size), from, there, isWhole);
    } finally {
      closeSync(fd);
    }
  }

  /** The whole file at the beginning, without holding anything up. */
  async readWhole(): Promise<News | undefined> {
    const handle = await open(this.#file, 'r').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (handle === undefined) return undefined;
    try {
      const there = await handle.stat();
      return this.#take(await handle.readFile(), 0, there, true);
    } finally {
      await handle.close();
    }
  }

  /**
   * Puts a shorter file in place of this one. Only one process at a time may.
   *
   * @param shorten From all lines to those that say the same.
   * @param copy From lines that came in the meantime to what is added.
   */
  async replace(shorten: (text: string) => string, copy: (text: string) => string): Promise<void> {
    const old = await open(this.#file, 'r');
    const temporary = `${this.#file}.tmp`;
    try {
      const read = await old.readFile();
      const text = read.subarray(0, read.lastIndexOf(0x0a) + 1); // A line still being written is one of the late ones.
      const fresh = await open(temporary, 'w', 0o600);
      try {
        await fresh.writeFile(shorten(text.toString()));
        await fresh.sync();
      } finally {
        await fresh.close();
      }
      await rename(temporary, this.#file);
      // Written between reading and renaming, by writers that found the path unchanged afterwards.
      const late = await rest(old, text.length);
      if (late.length > 0) await this.append(copy(late.toString()));
    } finally {
      await old.close();
      await rm(temporary, { force: true });
    }
  }

  #take(bytes: Buffer, from: number, there: Stats, isWhole: boolean): News {
    const end = bytes.lastIndexOf(0x0a) + 1; // What follows is still being written, or torn.
    this.#inode = inodeOf(there);
    this.#offset = from + end;
    return { text: bytes.toString('utf8', 0, end), isWhole };
  }

  async #openToAppend(): Promise<FileHandle> {
    try {
      return await this.#opened();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      await makeFolder(path.dirname(this.#file));
      return this.#opened();
    }
  }

  async #opened(): Promise<FileHandle> {
    return open(this.#file, 'a', 0o600);
  }
}

function readAll(fd: number, from: number, to: number): Buffer {
  const bytes = Buffer.allocUnsafe(to - from);
  let used = 0;
  while (used < bytes.length) {
    const count = readSync(fd, bytes, used, bytes.length - used, from + used);
    if (count === 0) break;
    used += count;
  }
  return bytes.subarray(0, used);
}

async function rest(handle: FileHandle, from: number): Promise<Buffer> {
  const { size } = await handle.stat();
  if (size <= from) return Buffer.alloc(0);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - from), 0, size - from, from);
  return buffer.subarray(0, bytesRead);
}

const inodeOf = ({ dev, ino }: Stats): string => `${dev}:${ino}`;
