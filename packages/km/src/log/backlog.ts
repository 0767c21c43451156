import type { Entry } from './entry.ts';

/** Bytes at which the sources should pause, unless single messages may be longer. */
export const backlogBytesMax = 8 * 1_048_576;
const stallMs = 250;
/** What an entry takes beside its body, roughly. */
const entryBytes = 300;

/**
 * The records that wait to be written, and whether there is room for more.
 *
 * Above the bound the sources are asked to pause, for as long as writes complete. When none has for a quarter of a
 * second the disk is taken to hang, and traffic goes first.
 */
export class Backlog {
  readonly #bytesMax: number;
  #entries: Entry[] = [];
  #head = 0;
  #bytes = 0;
  #taken = 0;
  #stalled = false;
  #watch: NodeJS.Timeout | undefined;
  #room: { promise: Promise<void>; end: () => void } | undefined;

  constructor(bytesMax = backlogBytesMax) {
    this.#bytesMax = bytesMax;
  }

  get size(): number {
    return this.#entries.length - this.#head;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** How many entries have left, from the beginning on. */
  get taken(): number {
    return this.#taken;
  }

  /** True when a record must be dropped: the disk hangs, or the sources did not pause when they were asked to. */
  get full(): boolean {
    return this.#bytes >= this.#bytesMax && (this.#stalled || this.#bytes >= 4 * this.#bytesMax);
  }

  push(entry: Entry): void {
    this.#entries.push(entry);
    this.#bytes += bytesOf(entry);
    if (this.#bytes >= this.#bytesMax && !this.#stalled) this.#expectProgress();
  }

  peek(): Entry | undefined {
    return this.#entries[this.#head];
  }

  shift(): Entry | undefined {
    const entry = this.#entries[this.#head];
    if (entry === undefined) return undefined;
    this.#bytes -= bytesOf(entry);
    this.#head++;
    this.#taken++;
    if (this.#head === this.#entries.length) {
      this.#entries = [];
      this.#head = 0;
    } else if (this.#head >= 4_096) {
      this.#entries.splice(0, this.#head);
      this.#head = 0;
    }
    return entry;
  }

  /** Empties the backlog. */
  clear(): Entry[] {
    const entries = this.#entries.slice(this.#head);
    this.#taken += entries.length;
    this.#entries = [];
    this.#head = 0;
    this.#bytes = 0;
    this.#giveRoom();
    return entries;
  }

  /** See LogWriter.pressure. */
  pressure(): Promise<void> | undefined {
    if (this.#bytes < this.#bytesMax || this.#stalled) return undefined;
    if (this.#room === undefined) {
      let end = () => {};
      const promise = new Promise<void>((resolve) => {
        end = resolve;
      });
      this.#room = { promise, end };
    }
    return this.#room.promise;
  }

  /** A write has completed. */
  progressed(): void {
    this.#stalled = false;
    clearTimeout(this.#watch);
    this.#watch = undefined;
    if (this.#bytes < this.#bytesMax / 2) this.#giveRoom();
    else if (this.#bytes >= this.#bytesMax || this.#room !== undefined) this.#expectProgress();
  }

  #expectProgress(): void {
    if (this.#watch !== undefined) return;
    // In two halves: a process too busy for its own timers has not given the disk its chance either.
    this.#watch = setTimeout(() => {
      const watch = setTimeout(() => {
        // Completions that are already there are heard first.
        setImmediate(() => {
          if (this.#watch !== watch) return;
          this.#watch = undefined;
          this.#stalled = true;
          this.#giveRoom();
        });
      }, stallMs / 2);
      this.#watch = watch;
    }, stallMs / 2);
  }

  #giveRoom(): void {
    clearTimeout(this.#watch);
    this.#watch = undefined;
    this.#room?.end();
    this.#room = undefined;
  }
}

function bytesOf({ body, original, text }: Entry): number {
  return entryBytes + (body?.bytes.length ?? 0) + (original?.bytes.length ?? 0) + (text?.length ?? 0);
}
