import { appendFile, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../make-folder.ts';

/** Events that are sent together. Those in `lines` are only in memory as yet; the others are in the file. */
export interface Batch {
  /** Its file; it need not exist. */
  readonly file: string;
  readonly lines: string[];
  bytesOnDisk: number;
  /** How many there are; 0 for those of another run. */
  events: number;
}

export interface SpoolOptions {
  /** Of this run; made when something is written first. */
  readonly folder: string;
  readonly run: string;
  readonly batchSize: number;
  /** Most events that are only in memory. */
  readonly memoryMax: number;
  /** Most bytes on the disk, those of other runs included. */
  readonly diskBytesMax: number;
  /** Writes what tells others whose folder it is; before anything else is written there. */
  readonly claim: () => Promise<void>;
}

/**
 * Keeps events in the order in which they came, in batches, until they have been sent.
 *
 * Bounded twice: what cannot be written stays in memory, and what has no room there is refused and counted by the caller.
 * What was written is never thrown away. A file is one batch, so what was sent is removed by removing its file.
 */
export class Spool {
  readonly #options: SpoolOptions;
  #batches: Batch[] = [];
  /** Still filling, and the last of `#batches`; undefined when the next event begins another. */
  #filling: Batch | undefined;
  #filled = 0;
  #made = 0;
  #inMemory = 0;
  #bytesOnDisk = 0;
  #bytesOfOthers = 0;
  #claimed = false;
  /** One thing at a time is done to the files. */
  #busy: Promise<unknown> = Promise.resolve();

  constructor(options: SpoolOptions) {
    this.#options = options;
  }

  get isEmpty(): boolean {
    return this.#batches.length === 0;
  }

  /** How many events wait, those of other runs left out whose files were not read. */
  get waiting(): number {
    return this.#batches.reduce((sum, { events }) => sum + events, 0);
  }

  /** Whether any file was written in this run's folder. */
  get hasFolder(): boolean {
    return this.#claimed;
  }

  /** What the outboxes of other runs take up, as was seen last. */
  setBytesOfOthers(bytes: number): void {
    this.#bytesOfOthers = bytes;
  }

  /** @returns `full`: a batch is complete. `refused`: there is no room for the event. */
  add(line: string): 'taken' | 'full' | 'refused' {
    const { memoryMax, batchSize } = this.#options;
    if (this.#inMemory >= memoryMax) return 'refused';
    this.#inMemory += 1;
    this.#filling ??= this.#begin();
    this.#filling.lines.push(line);
    this.#filling.events += 1;
    this.#filled += 1;
    if (this.#filled < batchSize) return 'taken';
    this.seal();
    return 'full';
  }

  #begin(): Batch {
    const { folder, run } = this.#options;
    this.#made += 1;
    const name = `${run}.${String(this.#made).padStart(6, '0')}.jsonl`;
    const batch: Batch = { file: path.join(folder, name), lines: [], bytesOnDisk: 0, events: 0 };
    this.#batches.push(batch);
    this.#filled = 0;
    return batch;
  }

  /** What comes next goes into another batch. */
  seal(): void {
    this.#filling = undefined;
  }

  /**
   * Writes down what is only in memory.
   *
   * @throws what the file system says; what could not be written stays in memory.
   */
  write(): Promise<void> {
    return this.#oneByOne(async () => {
      for (const batch of [...this.#batches]) if (batch.lines.length > 0) await this.#writeBatch(batch);
    });
  }

  #oneByOne<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#busy.then(work);
    this.#busy = done.catch(() => {}); // Whoever asked for it is told.
    return done;
  }

  async #writeBatch(batch: Batch): Promise<void> {
    const { length } = batch.lines;
    // The newline comes first, so that a line that was cut off by a full disk ends there.
    const text = batch.lines.map((line) => `\n${line}`).join('');
    const bytes = Buffer.byteLength(text);
    if (this.#bytesOnDisk + this.#bytesOfOthers + bytes > this.#options.diskBytesMax) {
      throw new Error('the outbox holds as much as it may (telemetry.disk_max)');
    }
    await this.#claimFolder();
    await appendFile(batch.file, text, { mode: 0o600 });
    batch.lines.splice(0, length);
    batch.bytesOnDisk += bytes;
    this.#bytesOnDisk += bytes;
    this.#inMemory -= length;
  }

  async #claimFolder(): Promise<void> {
    if (this.#claimed) return;
    await makeFolder(this.#options.folder);
    await this.#options.claim();
    this.#claimed = true;
  }

  /**
   * Takes over batches of another run, oldest last. They are sent first, for they are older.
   *
   * @throws what the file system says.
   */
  adopt(files: readonly string[]): Promise<void> {
    return this.#oneByOne(async () => {
      await this.#claimFolder();
      for (const from of files) {
        const file = path.join(this.#options.folder, path.basename(from));
        await rename(from, file);
        const { size } = await stat(file);
        this.#bytesOnDisk += size;
        this.#batches.unshift({ file, lines: [], bytesOnDisk: size, events: 0 });
      }
    });
  }

  /** The oldest batch that no event will be added to any more. */
  next(): Batch | undefined {
    const [first] = this.#batches;
    return first === this.#filling ? undefined : first;
  }

  /** The events of a batch, one JSON a line. */
  linesOf(batch: Batch): Promise<readonly string[]> {
    return this.#oneByOne(async () => {
      const written = batch.bytesOnDisk === 0 ? [] : await readBatch(batch.file);
      return [...written, ...batch.lines];
    });
  }

  /** A batch that has been dealt with. */
  remove(batch: Batch): Promise<void> {
    return this.#oneByOne(async () => {
      this.#batches = this.#batches.filter((one) => one !== batch);
      this.#inMemory -= batch.lines.length;
      this.#bytesOnDisk -= batch.bytesOnDisk;
      // Also where a write failed half way. One that stays is sent again, and counts as known.
      if (this.#claimed) await rm(batch.file, { force: true }).catch(() => {});
    });
  }
}

/** The whole events in a file: one that was cut off, when km was killed or the disk was full, is left out. */
export async function readBatch(file: string): Promise<readonly string[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''; // Somebody cleared the folder.
    throw error;
  });
  return text.split('\n').filter((line) => line !== '' && isObject(line));
}

function isObject(line: string): boolean {
  try {
    return typeof JSON.parse(line) === 'object';
  } catch {
    return false;
  }
}
