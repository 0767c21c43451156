const newline = 0x0a;

/** What is kept of a line too long to be kept whole: its beginning and its end. */
export const headBytes = 65_536;
const tailBytes = 4_096;

/** A line without its newline. */
export interface Line {
  /** The whole line, or its first 64 KiB when it was too long. */
  readonly head: Uint8Array;
  /** Length of the whole line. */
  readonly bytes: number;
  /** The last bytes of a line that was too long. */
  readonly tail?: Uint8Array;
}

/**
 * Cuts a byte stream into lines and keeps the unfinished rest for the next chunk.
 *
 * Lines are views into their chunk unless they span several, so a line that is kept keeps its whole chunk in memory. Memory
 * is bounded by `maxBytes`: of a longer line only the ends are kept.
 *
 * @see https://modelcontextprotocol.io/specification — stdio transport: messages are delimited by newlines
 */
export class Framing {
  readonly #maxBytes: number;
  #parts: Uint8Array[] = [];
  #bytes = 0;
  /** The beginning of a line that has turned out too long. */
  #head: Uint8Array | undefined;

  /** @param maxBytes Longest line that is kept whole. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Hands each line that the chunk completes to `take`. */
  push(chunk: Uint8Array, take: (line: Line) => void): void {
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      const piece = start === 0 && end === chunk.length ? chunk : chunk.subarray(start, end);
      take(
        this.#bytes === 0 && piece.length <= this.#maxBytes
          ? { head: piece, bytes: piece.length }
          : this.#complete(piece),
      );
      start = end + 1;
    }
    if (start < chunk.length) this.#keep(start === 0 ? chunk : chunk.subarray(start));
  }

  /** Hands over what came after the last newline, at the end of the stream. */
  end(take: (line: Line) => void): void {
    if (this.#bytes > 0) take(this.#complete(new Uint8Array(0)));
  }

  #complete(piece: Uint8Array): Line {
    this.#keep(piece);
    const bytes = this.#bytes;
    const whole = this.#head === undefined;
    const line = whole
      ? { head: join(this.#parts, bytes), bytes }
      : { head: this.#head as Uint8Array, tail: this.#tail(), bytes };
    this.#parts = [];
    this.#bytes = 0;
    this.#head = undefined;
    return line;
  }

  #keep(piece: Uint8Array): void {
    this.#bytes += piece.length;
    this.#parts.push(piece);
    if (this.#bytes <= this.#maxBytes) return;
    this.#head ??= beginning(this.#parts);
    // From here on only what the tail may need: no copy is made for each chunk of a long line.
    while (this.#parts.length > 1 && lengthOf(this.#parts.slice(1)) >= tailBytes) this.#parts.shift();
  }

  #tail(): Uint8Array {
    return join(this.#parts, lengthOf(this.#parts)).slice(-tailBytes);
  }
}

/** A copy of the first bytes: a view would keep every chunk in memory. */
function beginning(parts: readonly Uint8Array[]): Uint8Array {
  const head = Buffer.allocUnsafeSlow(headBytes);
  let filled = 0;
  for (const part of parts) {
    head.set(part.subarray(0, headBytes - filled), filled);
    filled = Math.min(headBytes, filled + part.length);
    if (filled === headBytes) break;
  }
  return head.subarray(0, filled);
}

function lengthOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

function join(parts: readonly Uint8Array[], bytes: number): Uint8Array {
  if (parts.length === 1) return parts[0] as Uint8Array;
  // A Buffer where there is one: Node searches and decodes it several times faster than a plain array.
  const whole = Buffer.allocUnsafeSlow(bytes);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
