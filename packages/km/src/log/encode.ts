import { chainStart } from '@kilometers/core/record.ts';
import type { Redactor } from '@kilometers/core/redact.ts';
import type { Entry } from './entry.ts';
import type { KeyedSeal } from './keyed-seal.ts';
import { createLineMaker, type Line, type Names } from './make-line.ts';
import { sha256, sha256OfPieces } from './sha256.ts';

const bufferBytes = 65_536;
/** A message of this length is written from where it is: a copy of 10 MB costs as much as its hash. */
const longBytes = 262_144;
const newline = 0x0a;

/**
 * Makes lines of records, each carrying the hash of the run's line before it, in one buffer that is used again. Of a batch one
 * long message may stand beside the buffer.
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
  /** The lines added since the last `settle`, to be written one after the other. Valid until the next `add`. */
  readonly pieces: readonly Uint8Array[];
  readonly length: number;
  /** @returns how many lines the write took whole. */
  settle(taken: number): number;
}

export function createEncoder(names: Names, redactor: Redactor): Encoder {
  const maker = createLineMaker(names, redactor);
  let buffer = Buffer.allocUnsafeSlow(bufferBytes);
  /** Bytes in the buffer; those of a long message come on top. */
  let filled = 0;
  let long: { readonly at: number; readonly bytes: Uint8Array } | undefined;
  // Two lists of plain values instead of an object for each line.
  let ends: number[] = [];
  let hashes: string[] = [];
  let settledPrev = chainStart;
  let prev = chainStart;

  function room(bytes: number): void {
    if (filled + bytes <= buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(buffer.length * 2, filled + bytes));
    buffer.copy(larger, 0, 0, filled);
    buffer = larger;
  }

  /** @returns whether the tail is a long message that stays where it is. */
  function put(tail: Uint8Array | string): boolean {
    if (typeof tail === 'string') {
      filled += buffer.write(tail, filled);
    } else if (isApart(tail)) {
      long = { at: filled, bytes: tail };
      return true;
    } else {
      buffer.set(tail, filled);
      filled += tail.length;
    }
    return false;
  }

  const isApart = (tail: Uint8Array | string) =>
    typeof tail !== 'string' && tail.length >= longBytes && long === undefined;

  function roomFor({ head, wide, tail }: Line): void {
    const tailRoom = typeof tail === 'string' ? tail.length * 3 : isApart(tail) ? 0 : tail.length;
    room((wide ? head.length * 3 : head.length) + tailRoom + 2);
  }

  const lengthNow = () => filled + (long?.bytes.length ?? 0);
  /** What is in the buffer from `begin` on, with the long message where it belongs. */
  function piecesFrom(begin: number): Uint8Array[] {
    if (long === undefined || long.at < begin) return [buffer.subarray(begin, filled)];
    return [buffer.subarray(begin, long.at), long.bytes, buffer.subarray(long.at, filled)];
  }

  return {
    add(entry) {
      const made = maker.of(entry, prev);
      roomFor(made);
      const begin = filled;
      filled += buffer.write(made.head, filled, made.wide ? 'utf8' : 'latin1');
      const apart = put(made.tail);
      buffer[filled++] = 0x7d;
      prev = apart ? sha256OfPieces(piecesFrom(begin)) : sha256(buffer.subarray(begin, filled));
      buffer[filled++] = newline;
      ends.push(lengthNow());
      hashes.push(prev);
    },
    sealWith(seal) {
      maker.sealWith(seal);
    },
    endTornLine() {
      room(1);
      buffer[filled++] = newline;
    },
    get pieces() {
      return piecesFrom(0);
    },
    get length() {
      return lengthNow();
    },
    settle(taken) {
      // A line that lacks only its newline is whole: the next write brings it.
      const cut = ends.findIndex((end) => end - 1 > taken);
      const whole = cut === -1 ? ends.length : cut;
      settledPrev = hashes[whole - 1] ?? settledPrev;
      prev = settledPrev;
      ends = [];
      hashes = [];
      filled = 0;
      long = undefined;
      // One large message must not hold its size in memory for the rest of the run.
      if (buffer.length > bufferBytes * 8) buffer = Buffer.allocUnsafeSlow(bufferBytes);
      return whole;
    },
  };
}
