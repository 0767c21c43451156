import type { IncomingMessage } from 'node:http';
import { codes, type Refusal } from './rpc-error.ts';

/** So much of all bodies together may be under way. */
const allBytesMax = 268_435_456;

/** Reads bodies, each within a limit and all within another: neither one large body nor many can use up the memory. */
export class BodyReader {
  readonly #bytesMax: number;
  #allBytes = 0;

  /** @param bytesMax Longest body, in bytes (`listen.max_body`). */
  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** The whole body, why it is not taken, or undefined when the client has gone. */
  async read(req: IncomingMessage): Promise<Uint8Array | Refusal | undefined> {
    if (Number(req.headers['content-length'] ?? 0) > this.#bytesMax) return this.#tooLarge();
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    try {
      for await (const chunk of req as AsyncIterable<Uint8Array>) {
        chunks.push(chunk);
        bytes += chunk.length;
        this.#allBytes += chunk.length;
        if (bytes > this.#bytesMax) return this.#tooLarge();
        if (this.#allBytes > allBytesMax) return tooBusy;
      }
    } catch {
      return undefined; // The connection broke.
    } finally {
      this.#allBytes -= bytes;
    }
    return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
  }

  #tooLarge(): Refusal {
    const message = `The body is longer than ${this.#bytesMax} bytes (listen.max_body).`;
    // What is left of the body would have to be read to use the connection again.
    return { status: 413, code: codes.invalidRequest, message, headers: { Connection: 'close' } };
  }
}

const tooBusy: Refusal = {
  status: 503,
  code: codes.internal,
  message: 'Too much is being posted at once.',
  headers: { Connection: 'close', 'Retry-After': '1' },
};
