import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { codes, type Refusal } from './rpc-error.ts';

export interface GateParts {
  /** Names under which this server may be addressed, in lower case, beside those of the machine itself. */
  readonly hosts: readonly string[];
  /** Web pages that may ask, beside those of this machine; as browsers write them, such as `https://app.example.com`. */
  readonly origins: readonly string[];
  /** What a client has to bring; undefined when nothing is asked for. */
  readonly token: string | undefined;
}

/** Names of the machine itself. */
const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

const methods = 'GET, POST, DELETE, OPTIONS';
const exposed = 'Mcp-Session-Id, WWW-Authenticate, Retry-After';
const preflightSeconds = '600';

/**
 * Who may ask. A web page can make a browser send requests to this machine, under a name of its own that it lets point here
 * (DNS rebinding), so neither a foreign Host nor a foreign Origin is listened to.
 */
export class Gate {
  readonly #hosts: ReadonlySet<string>;
  readonly #origins: ReadonlySet<string>;
  readonly #token: Uint8Array | undefined;

  constructor({ hosts, origins, token }: GateParts) {
    this.#hosts = new Set([...loopback, ...hosts]);
    this.#origins = new Set(origins);
    this.#token = token === undefined ? undefined : digest(token);
  }

  /** Why a request is not listened to; undefined when it is. */
  refuses(req: IncomingMessage): Refusal | undefined {
    const { host, origin, authorization } = req.headers;
    const address = req.socket.localAddress;
    if (!this.#isOurs(hostName(host), address)) return forbidden('This server is not known under that Host.');
    if (origin !== undefined && !this.#mayAsk(origin)) return forbidden('Pages of that Origin may not ask.');
    if (req.method !== 'OPTIONS' && !this.#isKnown(authorization)) return unknown;
    return undefined;
  }

  /** What lets a page of an allowed origin read the answer. */
  crossOriginHeaders({ headers, method }: IncomingMessage): Readonly<Record<string, string>> {
    const { origin } = headers;
    if (origin === undefined || !this.#mayAsk(origin)) return {};
    const common = { 'Access-Control-Allow-Origin': origin, Vary: 'Origin' };
    if (method !== 'OPTIONS') return { ...common, 'Access-Control-Expose-Headers': exposed };
    const asked = headers['access-control-request-headers'];
    return {
      ...common,
      'Access-Control-Allow-Methods': methods,
      'Access-Control-Max-Age': preflightSeconds,
      ...(asked !== undefined && { 'Access-Control-Allow-Headers': asked }),
    };
  }

  #isOurs(name: string | undefined, address: string | undefined): boolean {
    if (name === undefined) return false;
    // An address, unlike a name, cannot be made to point elsewhere.
    return this.#hosts.has(name) || (address !== undefined && name === inUrl(address));
  }

  #mayAsk(origin: string): boolean {
    if (this.#origins.has(origin)) return true;
    if (!URL.canParse(origin)) return false;
    const { protocol, hostname } = new URL(origin);
    return (protocol === 'http:' || protocol === 'https:') && loopback.has(hostname);
  }

  /** Compared in constant time: how long it takes tells nothing of the token. */
  #isKnown(authorization: string | undefined): boolean {
    if (this.#token === undefined) return true;
    const [, given] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? [];
    return timingSafeEqual(digest(given ?? ''), this.#token);
  }
}

/** An address as it stands in URLs and in Host. */
export function inUrl(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, '');
  return plain.includes(':') ? `[${plain}]` : plain;
}

/** The name in a Host header, without its port, in lower case; undefined when it is none. */
function hostName(host: string | undefined): string | undefined {
  return /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/i.exec(host ?? '')?.[1]?.toLowerCase();
}

function digest(text: string): Uint8Array {
  return createHash('sha256').update(text).digest();
}

function forbidden(message: string): Refusal {
  return { status: 403, code: codes.invalidRequest, message };
}

const unknown: Refusal = {
  status: 401,
  code: codes.invalidRequest,
  message: 'The token is missing or wrong: km printed it when it started.',
  headers: { 'WWW-Authenticate': 'Bearer' },
};
