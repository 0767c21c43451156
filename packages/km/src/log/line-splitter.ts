/** Called with the place of one line, without its newline. The buffer is reused: copy what outlives the call. */
export type LineVisitor = (buffer: Buffer, from: number, to: number) => void;

const newline = 0x0a;
const chunkBytes = 1 << 18;

/** Longest line that is kept together; a longer one is no record, whatever it says, and must not fill the memory. */
const lineBytesMax = 1 << 28;

/** Cuts what is read into lines, in one buffer that is used again and again. */
export class LineSplitter {
  readonly #visit: LineVisitor;
  /** When given, only lines that hold one of these are shown. */
  readonly #needles: readonly Buffer[] | undefined;
  readonly #lineBytesMax: number;
  #buffer = Buffer.allocUnsafe(2 * chunkBytes);
  #used = 0;
  /** Bytes at the head of the buffer that are known to hold no newline. */
  #searched = 0;
  #skipping = false;

  constructor(visit: LineVisitor, needles?: readonly Buffer[], limit = lineBytesMax) {
    this.#visit = visit;
    this.#needles = needles;
    this.#lineBytesMax = limit;
  }

  /** Where the next bytes are to be read into. */
  room(): Buffer {
    if (this.#buffer.length - this.#used < chunkBytes) this.#grow();
    return this.#buffer.subarray(this.#used, this.#used + chunkBytes);
  }

  /** Takes the bytes that were read into `room()`. */
  filled(count: number): void {
    this.#used += count;
    const filled = this.#buffer.subarray(0, this.#used);
    const from = this.#needles ? this.#search(filled, this.#needles) : this.#each(filled);
    this.#buffer.copyWithin(0, from, this.#used);
    this.#used -= from;
    this.#searched = this.#used;
    if (this.#used > this.#lineBytesMax) this.#giveUp();
  }

  /** Takes bytes that are somewhere else already. */
  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      const room = this.room();
      const part = chunk.subarray(at, at + room.length);
      room.set(part);
      this.filled(part.length);
      at += part.length;
    }
  }

  /** What follows the last newline, when there is anything. */
  rest(): Buffer | undefined {
    return this.#used > 0 && !this.#skipping ? this.#buffer.subarray(0, this.#used) : undefined;
  }

  /** Shows every line; says where the unfinished rest begins. */
  #each(filled: Buffer): number {
    let from = 0;
    for (let end = filled.indexOf(newline, this.#searched); end >= 0; end = filled.indexOf(newline, from)) {
      if (this.#skipping) this.#skipping = false;
      else this.#visit(this.#buffer, from, end);
      from = end + 1;
    }
    return from;
  }

  /** Jumps from hit to hit: one search through the chunk instead of one a line. */
  #search(filled: Buffer, needles: readonly Buffer[]): number {
    const last = filled.lastIndexOf(newline);
    if (last < 0) return 0;
    let from = this.#skipping ? filled.indexOf(newline) + 1 : 0;
    this.#skipping = false;
    const hits = needles.map((needle) => hitFrom(filled, needle, from));
    for (let hit = Math.min(...hits); hit < last; hit = Math.min(...hits)) {
      const start = filled.lastIndexOf(newline, hit) + 1;
      const end = filled.indexOf(newline, hit);
      this.#visit(this.#buffer, start, end);
      from = end + 1;
      for (const [index, needle] of needles.entries())
        if ((hits[index] as number) < from) hits[index] = hitFrom(filled, needle, from);
    }
    return last + 1;
  }

  #grow(): void {
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#used + chunkBytes));
    this.#buffer.copy(larger, 0, 0, this.#used);
    this.#buffer = larger;
  }

  /** Shows the beginning once, so that the line is counted as what it is, and drops the rest of it. */
  #giveUp(): void {
    if (!this.#skipping) this.#visit(this.#buffer, 0, this.#used);
    this.#skipping = true;
    this.#used = 0;
    this.#searched = 0;
  }
}

function hitFrom(bytes: Buffer, needle: Buffer, from: number): number {
  const hit = bytes.indexOf(needle, from);
  return hit < 0 ? Number.POSITIVE_INFINITY : hit;
}
