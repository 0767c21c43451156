import { Framing, type Line } from '../message/framing.ts';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const tab = 0x09;

/**
 * Collects a body that comes in pieces as one line, for those who look at it. Of a body longer than `maxBytes` only the ends
 * are kept.
 */
export class MessageCollector {
  readonly #framing: Framing;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#framing = new Framing(maxBytes);
  }

  push(piece: Uint8Array): void {
    this.#bytes += piece.length;
    this.#framing.push(onOneLine(piece), () => {}); // There is no newline left that could end the line.
  }

  /** The line, once all has come; undefined when nothing did. */
  end(): Line | undefined {
    let line: Line | undefined;
    if (this.#bytes > 0) {
      this.#framing.end((whole) => {
        line = whole;
      });
    }
    this.#bytes = 0;
    return line;
  }
}

/**
 * JSON may be spread over several lines, and a record may not. A copy, as the bytes go on to the other side as they came.
 *
 * A line break within a string would turn from an error into a space; so it stays one: a tab may not stand there either.
 */
function onOneLine(piece: Uint8Array): Uint8Array {
  if (!piece.includes(lineFeed) && !piece.includes(carriageReturn)) return piece;
  return piece.map((byte) => (byte === lineFeed || byte === carriageReturn ? tab : byte));
}
