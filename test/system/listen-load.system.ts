import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { type ListeningKm, listenWith, token } from '../e2e/listening.ts';
import { makeHome, testServer } from '../e2e/start-km.ts';

const tiny = ['perl', fileURLToPath(new URL('../servers/tiny.pl', import.meta.url))];

const media = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
const usual = { ...media, authorization: `Bearer ${token}` };

interface Answer {
  readonly status: number;
  readonly session: string | undefined;
}

/** Posts over few connections: as many as there are sessions would be the client's own undoing. */
function poster({ url }: ListeningKm) {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  onTestFinished(() => agent.destroy());
  return (body: string | object, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const all = { ...usual, ...headers };
      const asked = request(new URL('/mcp', url), { method: 'POST', agent, headers: all }, (res) => {
        const session = res.headers['mcp-session-id'];
        res.resume().on('end', () => resolve({ status: res.statusCode ?? 0, session: session?.toString() }));
      });
      asked.on('error', reject);
      asked.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
}

type Post = ReturnType<typeof poster>;

const initialize = { jsonrpc: '2.0', id: 0, method: 'initialize', params: { protocolVersion: '2025-11-25' } };
const call = (id: number, name: string, args: object = {}) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: args },
});

async function openSession(post: Post): Promise<Record<string, string>> {
  const { session } = await post(initialize);
  if (session === undefined) throw new Error('No session was opened.');
  return { 'mcp-session-id': session };
}

const megabytesOf = (pid: number) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
const openFilesOf = (pid: number) => readdirSync(`/proc/${pid}/fd`).length;

function pidOf({ run }: ListeningKm): number {
  if (run.child.pid === undefined) throw new Error('km runs.');
  return run.child.pid;
}

test('a thousand sessions are open at once, each is answered, and all end with km', { timeout: 180_000 }, async () => {
  const home = makeHome();
  mkdirSync(path.join(home, '.config/km'), { recursive: true });
  writeFileSync(path.join(home, '.config/km/config.json'), JSON.stringify({ listen: { max_sessions: 1_000 } }));
  const km = await listenWith(tiny, { home });
  const post = poster(km);
  const sessions = await Promise.all(Array.from({ length: 1_000 }, () => openSession(post)));
  expect((await post(initialize)).status).toBe(503);
  const answers = await Promise.all(sessions.map((headers) => post(call(1, 'any'), headers)));
  expect(answers.filter(({ status }) => status === 200).length).toBe(1_000);
  // 0.2 MB a session where this was written; a leak of bodies or streams would be more.
  expect(megabytesOf(pidOf(km))).toBeLessThan(600);
  km.run.child.kill('SIGTERM');
  expect(await km.run.status).toBe(0);
  await km.run.gone();
});

test('nobody waits for clients that misbehave, and nothing of them stays', { timeout: 120_000 }, async () => {
  const km = await listenWith(testServer('remembers'));
  const post = poster(km);
  const good = await openSession(post);
  const pid = pidOf(km);
  const filesBefore = openFilesOf(pid);
  let id = 0;
  const goodCalls = async (count: number) => {
    for (let n = 0; n < count; n++) expect((await post(call(++id, 'notes'), good)).status).toBe(200);
  };
  await goodCalls(10);

  const sockets: Socket[] = [];
  const raw = (text: string, reads = true) => {
    const socket = connect({ port: Number(km.url.port), host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => {});
    if (!reads) socket.pause();
    socket.write(text);
    sockets.push(socket);
    return socket;
  };
  // Heads that never end, and connections of which only one half is closed.
  for (let n = 0; n < 200; n++) raw('POST /mcp HTTP/1.1\r\nHost: localhost\r\n').resume();
  for (let n = 0; n < 50; n++) raw('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n').resume().end();
  await goodCalls(50);

  const bad = [{ authorization: 'Bearer x' }, { host: 'evil.example' }, { 'content-type': 'text/plain' }, {}];
  const flood = Array.from({ length: 1_000 }, (_, n) => post('{"x":', bad[n % bad.length]));
  await goodCalls(50);
  const statuses = new Set((await Promise.all(flood)).map(({ status }) => status));
  expect([...statuses].sort()).toEqual([400, 401, 403, 415]);

  // A hundred megabytes each for clients that read nothing.
  const slow = await Promise.all([openSession(post), openSession(post)]);
  const lines = Object.entries(usual).map(([name, value]) => `${name}: ${value}\r\n`);
  for (const headers of slow) {
    const body = JSON.stringify(call(1, 'many', { count: 100_000 }));
    const head = `mcp-session-id: ${headers['mcp-session-id']}\r\ncontent-length: ${body.length}\r\n`;
    raw(`POST /mcp HTTP/1.1\r\nHost: localhost\r\n${lines.join('')}${head}\r\n${body}`, false);
  }
  await goodCalls(100);
  const large = call(2, 'note', { text: 'x'.repeat(10 * 1024 * 1024) });
  const others = await Promise.all([openSession(post), openSession(post)]);
  const posted = others.map((headers) => post(large, headers));
  await goodCalls(50);
  expect((await Promise.all(posted)).map(({ status }) => status)).toEqual([200, 200]);
  expect(megabytesOf(pid)).toBeLessThan(400);

  for (const socket of sockets) socket.destroy();
  await Promise.all([...slow, ...others].map((headers) => km.ask({ method: 'DELETE', headers })));
  // What stays is the connections that the posts are kept alive with.
  await expect.poll(() => openFilesOf(pid), { timeout: 20_000, interval: 500 }).toBeLessThan(filesBefore + 60);
  await goodCalls(10);
  km.run.child.kill('SIGTERM');
  expect(await km.run.status).toBe(0);
  await km.run.gone();
});
