import http, { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { After } from '../src/after.ts';
import { now } from '../src/clock.ts';
import { RemoteServer } from '../src/connect/remote-server.ts';

/** A message, as far as tests look into it. */
export interface Rpc {
  readonly id?: string | number | null;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

/** A request as it reached the server of a test. */
export interface Seen {
  readonly http: string;
  readonly headers: IncomingMessage['headers'];
  readonly rpc: Rpc;
}

/** How the server of a test answers. */
export type Answer = (seen: Seen, response: ServerResponse) => void;

/** Nothing that is waited for by the clock comes to pass: what happens does so by itself. */
const patient: After = () => () => {};

/** Short waits, as those before another try, are over at once; the long ones never are. */
export const hasty: After = (ms, then) => {
  const timer = ms <= 1_000 ? setImmediate(then) : undefined;
  return () => clearImmediate(timer);
};

/** Listens on this machine until the test ends. */
export async function listen(listener: RequestListener, port = 0): Promise<{ url: URL; close: () => void }> {
  const server = http.createServer(listener);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  onTestFinished(close);
  return { url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`), close };
}

/** Starts a server and km's end before it. */
export async function talkTo(answer: Answer, after: After = patient) {
  const seen: Seen[] = [];
  const { url, close } = await listen(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const one = {
      http: request.method ?? '',
      headers: request.headers,
      rpc: text === '' ? {} : (JSON.parse(text) as Rpc),
    };
    seen.push(one);
    answer(one, response);
  });
  return { seen, close, ...before(url, after) };
}

/** km's end before an address. */
export function before(url: URL, after: After = patient) {
  const faults: string[] = [];
  const server = new RemoteServer({
    url,
    headers: { 'x-given': 'yes' },
    retriesMax: 2,
    onFault: (message) => faults.push(message),
    after,
    random: () => 1,
    now,
  });
  onTestFinished(() => server.kill('SIGKILL'));
  const waiting: Rpc[] = [];
  let tell = () => {};
  let rest = '';
  server.source.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) waiting.push(JSON.parse(line) as Rpc);
    tell();
  });
  return {
    server,
    faults,
    say: (...messages: object[]) => {
      server.sink.write(messages.map((message) => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`).join(''));
    },
    /** The next line of the server's. */
    async hear(): Promise<Rpc> {
      while (waiting.length === 0) {
        await new Promise<void>((resolve) => {
          tell = resolve;
        });
      }
      return waiting.shift() as Rpc;
    },
  };
}

export const initialize = { id: 0, method: 'initialize', params: { protocolVersion: '2025-11-25' } };
export const initialized = { method: 'notifications/initialized' };
export const call = (id: number) => ({ id, method: 'tools/call', params: { name: 'echo' } });
export const modern = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' };
export const modernCall = (id: number) => ({ id, method: 'tools/call', params: { name: 'echo', _meta: modern } });

/** Answers with JSON. */
export function json(
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** The answer to a request. */
export const result = ({ rpc }: Seen, value: unknown = { ok: true }) => ({ jsonrpc: '2.0', id: rpc.id, result: value });

/** Answers with a stream of events. */
export function stream(response: ServerResponse): ServerResponse {
  response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
  return response;
}

/** A well-behaved server of 2025-11-25; `otherwise` answers what is neither the opening nor a stream. */
export function legacy(otherwise: Answer, onGet: Answer = (_, response) => void response.writeHead(405).end()): Answer {
  return (seen, response) => {
    if (seen.http === 'GET') return onGet(seen, response);
    if (seen.http === 'DELETE') return void response.writeHead(200).end();
    if (seen.rpc.method === 'initialize') {
      return json(response, result(seen, { protocolVersion: '2025-11-25' }), 200, { 'mcp-session-id': 's1' });
    }
    if (seen.rpc.id === undefined) return void response.writeHead(202).end();
    otherwise(seen, response);
  };
}
