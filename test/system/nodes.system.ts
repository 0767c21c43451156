import { spawnSync } from 'node:child_process';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../../scripts/free-port.ts';
import { km, makeHome, type Run, start, testServer } from '../e2e/start-km.ts';
import { runNginx } from './run-nginx.ts';

const hasNginx = spawnSync('nginx', ['-v']).error === undefined;
const names = ['a', 'b', 'c'] as const;
type Name = (typeof names)[number];

/** Three km's behind one nginx, each with a name of its own. */
async function startNodes() {
  const outside = await freePort();
  const ports = [await freePort(), await freePort(), await freePort()] as const;
  const running = new Map<Name, Run>();
  const begin = async (name: Name) => {
    const options = ['--listen', String(ports[names.indexOf(name)]), '--node', name, '--no-token'];
    const run = start([km, 'monitor', ...options, '--', ...testServer('remembers')], { home: makeHome() });
    running.set(name, run);
    await run.err.has('For example');
  };
  await Promise.all(names.map(begin));
  const [a, b, c] = ports;
  const nginx = await runNginx('km-nodes.conf', { 7810: outside, 7811: a, 7812: b, 7813: c });
  onTestFinished(nginx.stop);
  const end = async (name: Name, signal: NodeJS.Signals) => {
    running.get(name)?.child.kill(signal);
    await running.get(name)?.status;
  };
  return { url: `${nginx.url}/mcp`, begin, end };
}

interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

async function post(url: string, message: object, headers: Readonly<Record<string, string>>): Promise<Answered> {
  const usual = { accept: 'application/json, text/event-stream', 'content-type': 'application/json' };
  const body = JSON.stringify({ jsonrpc: '2.0', ...message });
  const answer = await fetch(url, { method: 'POST', headers: { ...usual, ...headers }, body });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

const note = (id: number, meta?: object) => ({
  id,
  method: 'tools/call',
  params: { name: 'note', arguments: { text: 'x' }, ...(meta && { _meta: meta }) },
});

/** What clients have seen. */
class Seen {
  #answers = 0;
  #waiting: { readonly until: number; readonly resolve: () => void }[] = [];
  /** Sessions that were lost with their node, by its name. */
  readonly lost: string[] = [];
  /** Answers of a node that did not know the session's notes. */
  readonly strayed: string[] = [];
  /** How often in a row a client was refused. */
  refusedMost = 0;
  over = false;

  answered(): void {
    this.#answers++;
    for (const { until, resolve } of this.#waiting) if (this.#answers >= until) resolve();
  }

  /** Ends when the clients have so many answers more. */
  more(answers: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ until: this.#answers + answers, resolve });
    });
  }
}

const hello = {
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'load', version: '1' } },
};

/** Opens sessions, one after the other, and has each take notes: their number tells whether it is still the same server. */
async function legacyClient(url: string, seen: Seen): Promise<void> {
  for (let refused = 0; !seen.over; ) {
    const opened = await post(url, hello, {});
    const session = opened.headers.get('mcp-session-id');
    refused = session === null ? refused + 1 : 0;
    seen.refusedMost = Math.max(seen.refusedMost, refused);
    if (session !== null) await takeNotes(url, session, seen);
  }
}

async function takeNotes(url: string, session: string, seen: Seen): Promise<void> {
  const headers = { 'mcp-session-id': session, 'mcp-protocol-version': '2025-11-25' };
  for (let count = 1; count <= 15 && !seen.over; count++) {
    const { status, text } = await post(url, note(count), headers);
    if (status !== 200) return void seen.lost.push(session.split('.')[0] ?? '');
    if (!text.includes(`"text":"${count}"`)) seen.strayed.push(`${session}: ${text}`);
    seen.answered();
  }
  await fetch(url, { method: 'DELETE', headers });
}

const meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};

async function modernClient(url: string, seen: Seen): Promise<void> {
  const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'note' };
  for (let id = 1, refused = 0; !seen.over; id++) {
    const { status } = await post(url, note(id, meta), headers);
    refused = status === 200 ? 0 : refused + 1;
    seen.refusedMost = Math.max(seen.refusedMost, refused);
    if (status === 200) seen.answered();
  }
}

test('nodes are killed, come back and are drained under load: sessions stay where they are, all else goes on', async ({
  skip,
}) => {
  if (!hasNginx) return skip('nginx is not installed.');
  const { url, begin, end } = await startNodes();
  const [legacy, modern] = [new Seen(), new Seen()];
  const both = (answers: number) => Promise.all([legacy.more(answers), modern.more(answers)]);
  const clients = [
    ...[1, 2, 3, 4].map(() => legacyClient(url, legacy)),
    ...[1, 2, 3].map(() => modernClient(url, modern)),
  ];
  await both(60);
  expect({ lost: legacy.lost, refused: [legacy.refusedMost, modern.refusedMost] }).toEqual({
    lost: [],
    refused: [0, 0],
  });

  await end('a', 'SIGKILL');
  await both(60);
  await begin('a');
  await both(60);
  expect(new Set([...legacy.lost, 'a'])).toEqual(new Set(['a']));

  await end('b', 'SIGTERM');
  await both(60);
  for (const seen of [legacy, modern]) seen.over = true;
  await Promise.all(clients);
  expect(legacy.strayed).toEqual([]);
  expect(new Set([...legacy.lost, 'a', 'b'])).toEqual(new Set(['a', 'b']));
  // Whoever was being served when the node was killed is told so once, and served when it asks again.
  expect(Math.max(legacy.refusedMost, modern.refusedMost)).toBeLessThanOrEqual(1);
}, 120_000);
