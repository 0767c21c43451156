import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { km, makeHome, type Run, start, tellToEnd } from './start-km.ts';

/** What reached the server. */
export interface Reached {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

type Answer = (asked: Reached, res: ServerResponse) => void;

/** A server that answers as it is told, and what reached it. */
export async function serverThat(
  answer: Answer,
): Promise<{ url: string; reached: Reached[]; stop: () => Promise<void> }> {
  const reached: Reached[] = [];
  const server = createServer(async (req, res) => {
    let body = '';
    for await (const chunk of req.setEncoding('utf8')) body += chunk;
    const asked = { method: req.method ?? '', path: req.url ?? '', headers: req.headers, body };
    reached.push(asked);
    answer(asked, res);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  onTestFinished(stop);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`, reached, stop };
}

/** Starts `km monitor --listen 0` with these options, and waits until it listens. */
export async function relayWith(options: readonly string[], tier = 'free', home = makeHome()) {
  const env = { KM_DEFAULT_TIER: tier };
  const run: Run = start([km, 'monitor', '--listen', '0', '--no-token', ...options], { home, env });
  onTestFinished(() => tellToEnd(run));
  await run.err.has('For example');
  const [, origin = ''] = /Listening on (http:\/\/[^/"\s]+)/.exec(run.err.text) ?? [];
  return { run, home, url: `${origin}/mcp`, origin };
}

/** Posts a message as clients do. */
export function post(url: string, message: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  const usual = { accept: 'application/json, text/event-stream', 'content-type': 'application/json' };
  const body = typeof message === 'string' ? message : JSON.stringify(message);
  return fetch(url, { method: 'POST', headers: { ...usual, ...headers }, body });
}
