import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { connect } from 'node:net';
import type { After } from '../after.ts';

/** How long a connection that nobody uses is kept. */
const idleMs = 30_000;

/** How often it is tried whether a server that could not be reached is back. */
const probeMs = 1_000;

export interface UpstreamRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** Name, value, name, value. */
  readonly headers: readonly string[];
}

/** The server that a route leads to. */
export class Upstream {
  readonly url: URL;
  readonly #agent: Agent;
  readonly #after: After;
  #down: string | undefined;

  constructor(url: URL, after: After) {
    this.url = url;
    this.#after = after;
    const options = { keepAlive: true, timeout: idleMs };
    this.#agent = url.protocol === 'https:' ? new TlsAgent(options) : new Agent(options);
    this.#probe();
  }

  /** Why it cannot be reached, as far as is known. */
  get down(): string | undefined {
    return this.#down;
  }

  /** Begins a request. */
  open({ method, path, headers }: UpstreamRequest): ClientRequest {
    const make = this.url.protocol === 'https:' ? tlsRequest : request;
    const { hostname, port } = this.url;
    const opened = make({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port === '' ? undefined : Number(port),
      method,
      path,
      agent: this.#agent,
      headers: [...headers, 'Host', this.url.host],
      setHost: false,
    });
    opened.setNoDelay(true);
    return opened;
  }

  /** It has answered. */
  answered(): void {
    this.#down = undefined;
  }

  /** It could not be reached. */
  failed(reason: string): void {
    const known = this.#down !== undefined;
    this.#down = reason;
    if (!known) this.#after(probeMs, () => this.#probe());
  }

  close(): void {
    this.#agent.destroy();
  }

  #probe(): void {
    const port = Number(this.url.port) || (this.url.protocol === 'https:' ? 443 : 80);
    const socket = connect({ host: this.url.hostname.replace(/^\[|\]$/g, ''), port });
    socket.unref();
    socket.once('connect', () => {
      this.answered();
      socket.destroy();
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      this.#down = undefined;
      this.failed(error.code ?? error.message);
    });
  }
}

/** The response to a request that has been begun. */
export function responseTo(opened: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    opened.once('response', resolve);
    opened.once('error', reject);
  });
}
