import type { RpcId } from '../message/message.ts';
import type { EventStream } from './event-stream.ts';
import type { Reply } from './reply.ts';

interface AnswerParts {
  readonly reply: Reply;
  /** The requests that the POST held. */
  readonly ids: readonly RpcId[];
  /** By which their progress is told. */
  readonly tokens: readonly RpcId[];
  /** It was an array, and so is the answer. */
  readonly batch: boolean;
  /** Sent with the beginning of the answer. */
  readonly headers: () => Readonly<Record<string, string>>;
  /** Makes the stream once one is needed. */
  readonly openStream: () => EventStream;
  /** Whether the client understands an event without data. */
  readonly primes: () => boolean;
}

/**
 * What becomes of one POST with requests in it: JSON when the response comes first and soon, a stream of events as soon as the
 * server says something else before it, or takes its time.
 */
export class LegacyAnswer {
  readonly #parts: AnswerParts;
  readonly #open: Set<RpcId>;
  #collected: Uint8Array[] = [];
  #stream: EventStream | undefined;
  /** Beats it has waited for a first word. */
  #waited = 0;

  constructor(parts: AnswerParts) {
    this.#parts = parts;
    this.#open = new Set(parts.ids);
  }

  get over(): boolean {
    return this.#open.size === 0;
  }

  get tokens(): readonly RpcId[] {
    return this.#parts.tokens;
  }

  /** The connection over which it is being answered. */
  get reply(): Reply | undefined {
    return this.#stream ? this.#stream.reply : this.#parts.reply;
  }

  /** Hands over something that belongs to the request and is not its response. */
  tell(line: Uint8Array): void {
    this.#streamed().send(line);
  }

  /** Hands over the response to one of the requests. */
  respond(id: RpcId, line: Uint8Array): void {
    this.#open.delete(id);
    if (this.#stream) this.#stream.send(line);
    else this.#collected.push(Uint8Array.prototype.slice.call(line));
    if (this.over) this.#finish();
  }

  /** There will be no response: the client has cancelled the request. */
  abandon(id: RpcId): void {
    this.#open.delete(id);
    if (this.over) this.#finish();
  }

  /** A client that waits is shown after a while that somebody is there, and how it can come back for the answer. */
  beat(): void {
    if (!this.#stream && ++this.#waited >= 2) this.#streamed();
  }

  #streamed(): EventStream {
    if (this.#stream) return this.#stream;
    const { reply, headers, openStream, primes } = this.#parts;
    const stream = openStream();
    this.#stream = stream;
    reply.startStream(headers());
    stream.connect(reply, undefined, primes());
    for (const line of this.#collected.splice(0)) stream.send(line);
    return stream;
  }

  #finish(): void {
    const { reply, headers, batch } = this.#parts;
    const [first] = this.#collected;
    if (this.#stream) this.#stream.end();
    else if (first === undefined) reply.send(202, undefined, headers());
    else reply.send(200, batch ? arrayOf(this.#collected) : first, headers());
  }
}

function arrayOf(lines: readonly Uint8Array[]): Uint8Array {
  const comma = Buffer.from(',');
  const elements = lines.flatMap((line, index) => (index === 0 ? [line] : [comma, line]));
  return Buffer.concat([Buffer.from('['), ...elements, Buffer.from(']')]);
}
