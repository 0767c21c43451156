import type { Line } from '../message/framing.ts';
import { MessageCollector } from './message-collector.ts';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** One event of a stream. */
export interface CutEvent {
  /** Its lines other than `data`, as they came: id, retry, the type. */
  readonly head: readonly string[];
  /** The type, `message` where none is given. */
  readonly type: string;
  /** What it says, without line breaks; undefined when it says nothing. */
  readonly data: Line | undefined;
}

/** What a stream gave up to the end of an event: the very bytes, and the events in them. */
export interface Block {
  /** Undefined when it was too long to be kept. */
  readonly raw: Uint8Array | undefined;
  readonly events: readonly CutEvent[];
}

/**
 * Cuts a stream of events into blocks that can be sent on as they came.
 *
 * A bare CR ends a line too, so that several events may stand where a reader that looks for newlines sees one.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html — parsing an event stream
 */
export class EventCutter {
  readonly #maxBytes: number;
  #raw: Uint8Array[] = [];
  #rawBytes = 0;
  /** The unfinished line. Of one too long only the beginning is kept. */
  #line: Uint8Array[] = [];
  #lineBytes = 0;
  #data: MessageCollector;
  #hasData = false;
  #head: string[] = [];
  #events: CutEvent[] = [];

  /** @param maxBytes Longest block that is kept whole. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
    this.#data = new MessageCollector(maxBytes);
  }

  /** The blocks that the chunk completes. */
  push(chunk: Uint8Array): Block[] {
    const blocks: Block[] = [];
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, start)) {
      this.#keep(chunk.subarray(start, end + 1));
      this.#endLine();
      start = end + 1;
      if (this.#events.length > 0 && !this.#hasData && this.#head.length === 0) blocks.push(this.#block());
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
    return blocks;
  }

  /** What is left when the stream ends: no event, but bytes that go on as they came. */
  end(): Uint8Array {
    return Buffer.concat(this.#raw);
  }

  #keep(piece: Uint8Array): void {
    this.#rawBytes += piece.length;
    this.#lineBytes += piece.length;
    if (this.#rawBytes <= this.#maxBytes) this.#raw.push(piece);
    else this.#raw = [];
    // What is beyond is only counted: the collector has to know how long the message was.
    if (this.#lineBytes - piece.length <= this.#maxBytes) this.#line.push(piece);
  }

  #endLine(): void {
    const line = this.#line.length === 1 ? (this.#line[0] as Uint8Array) : Buffer.concat(this.#line);
    this.#line = [];
    this.#lineBytes = 0;
    const end = line.at(-1) === lineFeed ? line.length - 1 : line.length;
    let start = 0;
    for (let at = line.indexOf(carriageReturn); at !== -1 && at < end - 1; at = line.indexOf(carriageReturn, start)) {
      this.#field(line.subarray(start, at));
      start = at + 1;
    }
    this.#field(line.subarray(start, line[end - 1] === carriageReturn ? Math.max(start, end - 1) : end));
  }

  #field(line: Uint8Array): void {
    if (line.length === 0) {
      this.#dispatch();
    } else if (startsWithData(line)) {
      if (this.#hasData) this.#data.push(Buffer.of(lineFeed));
      this.#hasData = true;
      this.#data.push(line.subarray(line[5] === 0x20 ? 6 : 5));
    } else {
      this.#head.push(Buffer.from(line).toString());
    }
  }

  #dispatch(): void {
    const type = this.#head.find((line) => line.startsWith('event:'))?.replace(/^event: ?/, '') || 'message';
    this.#events.push({ head: this.#head, type, data: this.#hasData ? this.#data.end() : undefined });
    this.#head = [];
    this.#hasData = false;
  }

  #block(): Block {
    const whole = this.#rawBytes <= this.#maxBytes;
    const block = { raw: whole ? Buffer.concat(this.#raw) : undefined, events: this.#events };
    this.#raw = [];
    this.#rawBytes = 0;
    this.#events = [];
    return block;
  }
}

/** The field `data`, with or without a value. */
function startsWithData(line: Uint8Array): boolean {
  return (
    line[0] === 0x64 &&
    line[1] === 0x61 &&
    line[2] === 0x74 &&
    line[3] === 0x61 &&
    (line[4] === 0x3a || line.length === 4)
  );
}

/** An event with other data: what names it and its place in the stream stays. */
export function eventWith({ head }: Pick<CutEvent, 'head'>, data: string): Uint8Array {
  return Buffer.from([...head, `data: ${data}`, '', ''].join('\n'));
}
