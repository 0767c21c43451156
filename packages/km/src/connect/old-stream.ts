import type { IncomingMessage } from 'node:http';
import type { Link } from './link.ts';
import type { Posted } from './posted.ts';
import { isEventStream, readEvents } from './read-events.ts';
import { statusTrouble } from './trouble.ts';

/** How long a server may take to say where it takes messages. */
const endpointMs = 5_000;

interface OldStreamParts {
  readonly link: Link;
  readonly onLine: (line: Uint8Array) => Promise<void> | undefined;
  /** The stream is gone, and the session with it. */
  readonly onLost: () => void;
}

/**
 * The transport of MCP 2024-11-05: one stream brings all that the server says, and names the address that takes messages.
 *
 * @see https://modelcontextprotocol.io/specification/2024-11-05/basic/transports — HTTP with SSE
 */
export class OldStream {
  readonly #link: Link;
  readonly #endpoint: URL;

  private constructor(link: Link, endpoint: URL) {
    this.#link = link;
    this.#endpoint = endpoint;
  }

  /** Undefined when the server does not speak it. */
  static async open({ link, onLine, onLost }: OldStreamParts): Promise<OldStream | undefined> {
    const { url, after } = link.parts;
    const over = new AbortController();
    const signal = AbortSignal.any([link.signal, over.signal]);
    const cancel = after(endpointMs, () => over.abort());
    const answer = await link
      .send({ method: 'GET', url, headers: { accept: 'text/event-stream' }, signal })
      .catch(() => undefined);
    if (answer === undefined) return undefined;
    if (answer.statusCode !== 200 || !isEventStream(answer)) {
      cancel();
      answer.resume();
      return undefined;
    }
    const endpoint = await firstEndpoint(answer, url, onLine, onLost);
    cancel();
    if (endpoint !== undefined) return new OldStream(link, endpoint);
    over.abort();
    return undefined;
  }

  /** The answers come over the stream; what comes here says only whether the message was taken. */
  async post(posted: Posted, signal: AbortSignal): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    const answer = await this.#link.send({ method: 'POST', url: this.#endpoint, headers, body: posted.line, signal });
    answer.resume();
    const { statusCode = 0 } = answer;
    if (statusCode >= 300) this.#link.fail(posted, statusTrouble(this.#endpoint, statusCode));
  }
}

/** Ends with the address for messages once it has come, and reads on; undefined when something else came first. */
function firstEndpoint(
  answer: IncomingMessage,
  url: URL,
  onLine: OldStreamParts['onLine'],
  onLost: () => void,
): Promise<URL | undefined> {
  return new Promise((resolve) => {
    let endpoint: URL | undefined;
    const reading = readEvents(answer, {
      onEvent: ({ event, data }) => {
        if (endpoint !== undefined)
          return event === undefined || event === 'message' ? onLine(Buffer.from(data)) : undefined;
        endpoint = event === 'endpoint' ? sameOrigin(data, url) : undefined;
        resolve(endpoint);
        return undefined;
      },
      onRetry: () => {},
    });
    reading.then(() => {
      if (endpoint === undefined) resolve(undefined);
      else onLost();
    });
  });
}

/** Anywhere else the messages, and the credentials with them, would go to a stranger. */
function sameOrigin(data: string, url: URL): URL | undefined {
  if (!URL.canParse(data, url.href)) return undefined;
  const endpoint = new URL(data, url);
  return endpoint.origin === url.origin ? endpoint : undefined;
}
