import type { IncomingMessage } from 'node:http';
import { codes, type Refusal } from '../listen/rpc-error.ts';
import { readLine } from '../message/read-line.ts';
import { MessageCollector } from './message-collector.ts';

/** A body up to this length is read before it is decided where it belongs. Whatever opens a session is far shorter. */
const earlyBytesMax = 65_536;

/** The body of a request: its beginning, and what is still to come. */
export class RequestBody {
  readonly #early: readonly Uint8Array[];
  readonly #rest: AsyncIterator<Uint8Array> | undefined;
  readonly #bytesMax: number;

  private constructor(early: readonly Uint8Array[], rest: AsyncIterator<Uint8Array> | undefined, bytesMax: number) {
    this.#early = early;
    this.#rest = rest;
    this.#bytesMax = bytesMax;
  }

  /** Reads the beginning of a body, or says that it is too long. */
  static async open(req: IncomingMessage, bytesMax: number): Promise<RequestBody | Refusal> {
    if (Number(req.headers['content-length'] ?? 0) > bytesMax) return tooLong(bytesMax);
    const rest = (req as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
    const early: Uint8Array[] = [];
    for (let bytes = 0; bytes <= earlyBytesMax; ) {
      const { done, value } = await rest.next();
      if (done) return new RequestBody(early, undefined, bytesMax);
      early.push(value);
      bytes += value.length;
    }
    return new RequestBody(early, rest, bytesMax);
  }

  get present(): boolean {
    return this.#early.length > 0;
  }

  /** True for `initialize`, with which a session begins. */
  get begins(): boolean {
    if (this.#rest !== undefined || !this.present) return false;
    const collector = new MessageCollector(earlyBytesMax * 2);
    for (const chunk of this.#early) collector.push(chunk);
    const line = collector.end();
    const { outline } = line ? readLine(line.head, line.bytes) : { outline: undefined };
    return outline !== undefined && 'method' in outline && outline.method === 'initialize';
  }

  /** @throws Error when it turns out too long */
  async *chunks(): AsyncGenerator<Uint8Array> {
    let bytes = 0;
    for (const chunk of this.#early) {
      bytes += chunk.length;
      yield chunk;
    }
    while (this.#rest) {
      const { done, value } = await this.#rest.next();
      if (done) return;
      bytes += value.length;
      if (bytes > this.#bytesMax) throw new Error(`The body is longer than ${this.#bytesMax} bytes (listen.max_body).`);
      yield value;
    }
  }
}

function tooLong(bytesMax: number): Refusal {
  const message = `The body is longer than ${bytesMax} bytes (listen.max_body).`;
  return { status: 413, code: codes.invalidRequest, message, headers: { Connection: 'close' } };
}
