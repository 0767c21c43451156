import { Writable } from 'node:stream';
import { Framing } from '../message/framing.ts';

/**
 * The end that a proxy writes to: whole lines come out of it, without their newlines.
 *
 * @param take Gets each line; where it gives a promise, nothing more is written until that has ended.
 */
export function lineSink(take: (line: Uint8Array) => Promise<void> | undefined): Writable {
  // Answers are handed on whole, however long: a server's line has no limit on stdio either.
  const framing = new Framing(Number.POSITIVE_INFINITY);
  return new Writable({
    write(chunk: Uint8Array, _encoding, written) {
      let full: Promise<void> | undefined;
      framing.push(chunk, ({ head }) => {
        if (head.length > 0) full = take(head) ?? full;
      });
      if (full) full.then(() => written());
      else written();
    },
  });
}
