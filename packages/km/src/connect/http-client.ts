import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { TunnelAgent } from './tunnel-agent.ts';

/** What servers are told from TLS; see `tls.connect`. */
export interface TlsOptions {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** One HTTP request. */
export interface HttpRequest {
  readonly method: 'POST' | 'GET' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly signal: AbortSignal;
  /** Called once all of it has left. */
  readonly onWritten?: () => void;
}

/** How long the way to a server may take, TLS included. What it then takes to answer is its own affair. */
const connectMs = 10_000;

/** How many requests may be under way at once; what comes beyond waits. Notifications and streams are not counted. */
const socketsMax = 256;

const redirectsMax = 5;

/**
 * Speaks HTTP to one server.
 *
 * By `node:http`, not `fetch`: fetch gives up on an answer after 300 s, and calls of tools and streams last longer.
 */
export class HttpClient {
  readonly #requests: Agents;
  readonly #others: Agents;

  /** @param proxy What https is spoken through; undefined where servers are reached directly. */
  constructor(tls: TlsOptions = {}, proxy?: URL) {
    this.#requests = agents(tls, proxy, socketsMax);
    // Apart, so that an answer a server waits for never queues behind the calls that wait for the server.
    this.#others = agents(tls, proxy, Number.POSITIVE_INFINITY);
  }

  /**
   * Ends with the head of the answer; its body is still to be read. Follows redirects that keep method and body, within the
   * same origin: headers with credentials go nowhere else.
   */
  async send(request: HttpRequest, awaitsAnswer = false): Promise<IncomingMessage> {
    let { url } = request;
    for (let hops = 0; ; hops++) {
      const answer = await this.#sendOnce({ ...request, url }, awaitsAnswer ? this.#requests : this.#others);
      const next = redirection(answer, url, request.method);
      if (next === undefined || next.origin !== url.origin || hops === redirectsMax) return answer;
      answer.resume();
      url = next;
    }
  }

  async #sendOnce(request: HttpRequest, by: Agents): Promise<IncomingMessage> {
    try {
      return await exchange(request, by);
    } catch (error) {
      // The server closed a connection that rested, just as it was to be used: it has seen nothing of this.
      if ((error as { fresh?: boolean }).fresh !== false || request.signal.aborted) throw error;
      return exchange(request, by);
    }
  }

  close(): void {
    for (const { plain, secure } of [this.#requests, this.#others]) {
      plain.destroy();
      secure.destroy();
    }
  }
}

interface Agents {
  readonly plain: http.Agent;
  readonly secure: https.Agent;
}

function agents(tls: TlsOptions, proxy: URL | undefined, maxSockets: number): Agents {
  const options = { keepAlive: true, maxSockets, ...tls };
  return {
    plain: new http.Agent({ keepAlive: true, maxSockets }),
    secure: proxy === undefined ? new https.Agent(options) : new TunnelAgent(proxy, options),
  };
}

/** Where the answer sends the request on to; undefined where it does not, or not with the same method and body. */
function redirection({ statusCode = 0, headers }: IncomingMessage, from: URL, method: string): URL | undefined {
  const kept = method === 'GET' ? [301, 302, 303, 307, 308] : [307, 308];
  const { location = '' } = headers;
  if (!kept.includes(statusCode) || !URL.canParse(location, from.href)) return undefined;
  return new URL(location, from);
}

function exchange(
  { method, url, headers, body, signal, onWritten }: HttpRequest,
  by: Agents,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const secure = url.protocol === 'https:';
    const length = body === undefined ? {} : { 'content-length': String(body.length) };
    const options = { method, headers: { ...headers, ...length }, agent: secure ? by.secure : by.plain };
    const request = (secure ? https : http).request(url, options);
    // Without an error: a connection that just came free has nobody to hear of one.
    const giveUp = () => void request.destroy();
    request.once('response', (answer) => {
      const done = () => signal.removeEventListener('abort', giveUp);
      // From its end on the connection may serve another request.
      answer.once('end', done);
      answer.once('close', done);
      // Whoever reads it hears of it too; an error that nobody hears would end km.
      answer.on('error', () => {});
      resolve(answer);
    });
    request.on('error', (error: Error & { fresh?: boolean }) => {
      signal.removeEventListener('abort', giveUp);
      if ((error as NodeJS.ErrnoException).code === 'ECONNRESET') error.fresh = !request.reusedSocket;
      reject(error);
    });
    if (onWritten) request.once('finish', onWritten);
    limitConnecting(request, secure);
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp);
    request.end(body);
  });
}

function limitConnecting(request: ClientRequest, secure: boolean): void {
  request.once('socket', (socket) => {
    if (!socket.connecting) return;
    const late = () =>
      void request.destroy(Object.assign(new Error('No connection came about.'), { code: 'ETIMEDOUT' }));
    const timer = setTimeout(late, connectMs);
    const done = () => clearTimeout(timer);
    socket.once(secure ? 'secureConnect' : 'connect', done);
    socket.once('close', done);
  });
}

/** True when the server can have seen nothing of the request. */
export function neverSent(error: unknown): boolean {
  return unsent.has(String((error as NodeJS.ErrnoException).code));
}

const unsent = new Set(['ECONNREFUSED', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'ETIMEDOUT']);

/** The body as a whole. Fails when it does not come to its end. */
export async function wholeBody(answer: IncomingMessage, bytesMax = Number.POSITIVE_INFINITY): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= bytesMax) break;
  }
  return Buffer.concat(chunks);
}
