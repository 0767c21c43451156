import { type ChildProcess, spawn } from 'node:child_process';
import http, { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { collect } from './collect.ts';
import { installed, km, makeHome, type Run, start } from './start-km.ts';

/** Starts a server of the tests and gives its address; closed when the test ends. */
export async function serve(listener: RequestListener): Promise<URL> {
  const server = http.createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`);
}

/** Starts server-everything over HTTP, in one of its two transports, and waits until it listens. */
export async function everythingOver(transport: 'streamableHttp' | 'sse'): Promise<URL> {
  const port = await freePort();
  const [program = '', ...args] = installed('mcp-server-everything', transport);
  const child: ChildProcess = spawn(program, args, { env: { PATH: process.env.PATH, PORT: String(port) } });
  onTestFinished(() => void child.kill('SIGKILL'));
  if (child.stderr) await collect(child.stderr).has('port');
  return new URL(`http://127.0.0.1:${port}/${transport === 'sse' ? 'sse' : 'mcp'}`);
}

async function freePort(): Promise<number> {
  const server = http.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts `km monitor --url`. */
export function reach(
  url: URL | string,
  options: readonly string[] = [],
  home = makeHome(),
  env: Readonly<Record<string, string>> = {},
): Run {
  return start([km, 'monitor', ...options, '--url', String(url)], { home, env });
}

/** The body of a request, parsed. */
export async function bodyOf(request: IncomingMessage): Promise<Asked> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  return text === '' ? {} : (JSON.parse(text) as Asked);
}

export interface Asked {
  readonly id?: string | number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

export function json(
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** Begins a stream of events. */
export function events(response: ServerResponse): (data: object, id?: string) => void {
  response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
  return (data, id) => void response.write(`${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`);
}
