import { RecordLine } from './record-line.ts';

/** So many records wait for the run that they came through; then they count, and so does what comes after them. */
const heldMax = 10_000;

/**
 * Tells which records another run of the same log has too: those of a km behind it. Which of the two writes first is a matter
 * of milliseconds, so records wait until the run before them is seen, or it is clear that it is not in this log.
 */
export class Hops {
  readonly #count: (line: RecordLine) => void;
  readonly #knows: (run: string) => boolean;
  #held = new Map<string, Buffer[]>();
  #size = 0;
  #isFull = false;

  /**
   * @param count Hears of each record that no other run has.
   * @param knows Whether a run has records in this log, as far as it was read.
   */
  constructor(count: (line: RecordLine) => void, knows: (run: string) => boolean) {
    this.#count = count;
    this.#knows = knows;
  }

  /** A run has records in this log: what came through it is there already. */
  saw(run: string): void {
    this.#size -= this.#held.get(run)?.length ?? 0;
    this.#held.delete(run);
  }

  /** True when the record is not to be counted, or not yet. */
  takes(line: RecordLine): boolean {
    const via = line.text('via');
    if (via === undefined) return false;
    if (this.#knows(via)) return true;
    if (this.#isFull) return false;
    const held = this.#held.get(via) ?? [];
    this.#held.set(via, held);
    held.push(Buffer.from(line.bytes)); // The reader uses its buffer again.
    this.#size++;
    if (this.#size > heldMax) {
      this.#isFull = true;
      this.release();
    }
    return true;
  }

  /** No more is known: what waits counts. */
  release(): void {
    const waiting = [...this.#held.values()].flat();
    this.#held = new Map();
    this.#size = 0;
    const line = new RecordLine();
    for (const bytes of waiting) {
      line.read(bytes, 0, bytes.length);
      this.#count(line);
    }
  }
}
