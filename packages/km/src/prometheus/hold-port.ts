import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import type { After } from '../after.ts';
import { contentType } from './exposition.ts';

/** How often a taken port is tried again: whoever held it may have ended, and Prometheus asks every few seconds. */
const retryMs = 1_500;
/** Spreads those who wait, so that they do not all try in the same moment. */
const spreadMs = 500;
/** So many refusals are between two looks at who holds the port. */
const lookEvery = 16;
const lookMs = 2_000;

const idPath = '/-/km';

export interface PortParts {
  readonly host: string;
  readonly port: number;
  /** The same for all km's that share their figures. */
  readonly id: string;
  /** The figures of all of them, as text. */
  readonly text: () => Promise<string>;
  readonly after: After;
  /** Told once when the port is not to be had, and not because a km of ours has it. */
  readonly onFault: (message: string) => void;
}

export interface HeldPort {
  /** Ends when this km holds the port, for whoever has to know. */
  readonly held: Promise<void>;
  close(): Promise<void>;
}

/**
 * Serves `/metrics` as soon as the port is free, and tries again for as long as it is not. Of many km's one serves, and when
 * it ends another takes the port. Keeps no process alive.
 */
export function holdPort({ host, port, id, text, after, onFault }: PortParts): HeldPort {
  const server = createServer((request, response) => {
    answer(request, response, { host, id, text }).catch(() => response.destroy());
  });
  server.unref();
  let closed = false;
  let warned = false;
  let refusals = 0;
  let cancel = () => {};

  const listen = () => server.listen({ host, port, exclusive: true });

  function warn(message: string): void {
    if (!warned && !closed) onFault(message);
    warned = true;
  }

  async function refused(error: NodeJS.ErrnoException): Promise<void> {
    if (error.code !== 'EADDRINUSE') warn(`${host}:${port} cannot be listened on for /metrics: ${error.message}.`);
    else if (refusals++ % lookEvery === 0) {
      const holder = await holderOf(host, port);
      if (holder === 'another') warn(takenBy('another program', port));
      else if (holder !== id && holder !== undefined) warn(takenBy('a km with another data folder', port));
    }
    if (!closed) cancel = after(retryMs + Math.random() * spreadMs, listen);
  }

  server.on('error', refused);
  const held = new Promise<void>((resolve) => server.once('listening', resolve));
  listen();
  return {
    held,
    async close() {
      closed = true;
      cancel();
      if (!server.listening) return;
      const ended = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await ended;
    },
  };
}

function takenBy(whom: string, port: number): string {
  return `Port ${port} is taken by ${whom}, so the figures are not served. \`metrics.port\` or KM_METRICS_PORT names another.`;
}

async function answer(
  { method, url, headers }: IncomingMessage,
  response: ServerResponse,
  { host, id, text }: Pick<PortParts, 'host' | 'id' | 'text'>,
): Promise<void> {
  const say = (status: number, type: string, body: string) =>
    response.writeHead(status, { 'content-type': type }).end(method === 'HEAD' ? undefined : body);
  if (method !== 'GET' && method !== 'HEAD') return void say(405, 'text/plain', 'Only GET.\n');
  // A web page whose name leads here must not read on: its browser says that name.
  if (isLoopback(host) && !isLoopback(nameIn(headers.host))) return void say(403, 'text/plain', 'Another host.\n');
  const [path] = (url ?? '').split('?');
  if (path === '/metrics') say(200, contentType, await text());
  else if (path === idPath) say(200, 'text/plain', id);
  else say(404, 'text/plain', 'The figures are at /metrics.\n');
}

function nameIn(host = ''): string {
  return host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** The id of the km that holds the port; undefined when nobody does any more, or nobody can say. */
function holderOf(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const request = get({ host, port, path: idPath, timeout: lookMs, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        body += part;
        if (body.length > 100) response.destroy();
      });
      response.on('close', () =>
        resolve(response.statusCode === 200 && /^km-[0-9a-f]{16}$/.test(body) ? body : 'another'),
      );
    });
    request.on('timeout', () => {
      request.destroy();
      resolve('another');
    });
    request.on('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'ECONNREFUSED' || error.code === 'ECONNRESET' ? undefined : 'another'),
    );
  });
}
