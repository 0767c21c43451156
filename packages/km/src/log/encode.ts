import { chainStart } from '@kilometers/core/record.ts';
import type { Redactor } from '@kilometers/core/redact.ts';
import type { Entry } from './entry.ts';
import type { KeyedSeal } from './keyed-seal.ts';
import { createLineMaker, type Names } from './make-line.ts';
import { sha256 } from './sha256.ts';

const bufferBytes = 65_536;
const newline = 0x0a;

/**
 * Makes lines of records, each carrying the hash of the run's line before it, in one buffer that is used again.
 *
 * The chain is kept to what was really written: `settle` says how many bytes a write has taken, and the next line
 * hangs on the last one that went out whole.
 */
export interface Encoder {
  add(entry: Entry): void;
  /** From now on `session` and `end` carry a seal. */
  sealWith(seal: KeyedSeal): void;
  /** Begins the batch with a newline, to end a line that an earlier write left unfinished. */
  endTornLine(): void;
  /** The lines added since the last `settle`. Valid until the next `add`. */
  readonly bytes: Uint8Array;
  readonly length: number;
  /** @returns how many lines the write took whole. */
  settle(taken: number): number;
}

export function createEncoder(names: Names, redactor: Redactor): Encoder {
  const line = createLineMaker(names, redactor);
  let buffer = Buffer.allocUnsafeSlow(bufferBytes);
  let length = 0;
  let start = 0;
  let ends: number[] = [];
  let settledPrev = chainStart;
  let prev = chainStart;

  function room(bytes: number): void {
    if (length + bytes <= buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(buffer.length * 2, length + bytes));
    buffer.copy(larger, 0, 0, length);
    buffer = larger;
  }

  return {
    add(entry) {
      const { head, wide, tail } = line.of(entry, prev);
      room((wide ? head.length * 3 : head.length) + (typeof tail === 'string' ? tail.length * 3 : tail.length) + 2);
      const begin = length;
      length += buffer.write(head, length, wide ? 'utf8' : 'latin1');
      length = typeof tail === 'string' ? length + buffer.write(tail, length) : copyInto(buffer, tail, length);
      buffer[length++] = 0x7d;
      prev = sha256(buffer.subarray(begin, length));
      buffer[length++] = newline;
      ends.push(length);
    },
    sealWith(seal) {
      line.sealWith(seal);
    },
    endTornLine() {
      room(1);
      buffer[length++] = newline;
      start = length;
    },
    get bytes() {
      return buffer.subarray(0, length);
    },
    get length() {
      return length;
    },
    settle(taken) {
      // A line that lacks only its newline is whole: the next write brings it.
      const cut = ends.findIndex((end) => end - 1 > taken);
      const whole = cut === -1 ? ends.length : cut;
      if (whole === ends.length) settledPrev = prev;
      else if (whole > 0) settledPrev = sha256(buffer.subarray(ends[whole - 2] ?? start, (ends[whole - 1] ?? 1) - 1));
      prev = settledPrev;
      ends = [];
      length = 0;
      start = 0;
      // One large message must not hold its size in memory for the rest of the run.
      if (buffer.length > bufferBytes * 8) buffer = Buffer.allocUnsafeSlow(bufferBytes);
      return whole;
    },
  };
}

function copyInto(buffer: Buffer, bytes: Uint8Array, at: number): number {
  buffer.set(bytes, at);
  return at + bytes.length;
}
