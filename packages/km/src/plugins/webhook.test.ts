import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { Message } from '../message/message.ts';
import { judgesOf, settle } from '../pipeline/settle.ts';
import { openWebhooks } from './open-webhooks.ts';
import { type WebhookParts, webhookFilter } from './webhook.ts';

const servers: (() => void)[] = [];
afterEach(() => {
  for (const close of servers.splice(0)) close();
});

type Answer = (body: string, request: IncomingMessage, response: ServerResponse) => void;

/** A real endpoint on this machine. */
async function endpoint(answer: Answer): Promise<string> {
  const server = createServer(async (request, response) => answer(await text(request), request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/judge`;
}

const says =
  (verdict: object): Answer =>
  (_, __, response) =>
    response.end(JSON.stringify(verdict));

function settled(url: string, more: Partial<WebhookParts> = {}) {
  const filter = webhookFilter({
    name: 'guard',
    url,
    secret: 'a-shared-secret',
    mode: 'validate',
    wants: {},
    deadlineMs: 400,
    onFailure: 'block',
    now: () => 1_700_000_000_000,
    ...more,
  });
  const head = Buffer.from('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo"}}');
  return settle(new Message('c2s', { head, bytes: head.length }, 0, 0), {
    judges: judgesOf([filter]),
    facts: { run: 'r', session: 's', server: 'files' },
    rewrite: (old) => old,
    asked: () => undefined,
    spoken: () => true,
  });
}

test('the endpoint gets the message, signed so that it can tell who sent it and when', async () => {
  let seen: unknown;
  const url = await endpoint((body, { headers }, response) => {
    const { 'x-km-timestamp': timestamp, 'x-km-signature': signature } = headers;
    const expected = createHmac('sha256', 'a-shared-secret').update(`${timestamp}.${body}`).digest('hex');
    seen = { body: JSON.parse(body), timestamp, genuine: signature === `sha256=${expected}` };
    response.end('{"verdict":"pass"}');
  });
  expect(await settled(url)).toEqual({ kind: 'pass', decisions: [] });
  const rpc = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'echo' } };
  const facts = { apiVersion: 1, run: 'r', session: 's', server: 'files' };
  const body = { ...facts, dir: 'c2s', kind: 'request', method: 'tools/call', rpc };
  expect(seen).toEqual({ body, timestamp: '1700000000', genuine: true });
});

test('its verdict holds: block, and replace where it may change messages', async () => {
  const blocked = await settled(await endpoint(says({ verdict: 'block', reason: 'Not on Sundays.' })));
  expect(blocked).toMatchObject({ kind: 'block', reason: 'Not on Sundays.', decisions: [{ by: 'webhook:guard' }] });
  const message = { jsonrpc: '2.0', id: 1, method: 'ping' };
  const url = await endpoint(says({ verdict: 'replace', message, reason: 'Safer.' }));
  expect(await settled(url, { mode: 'mutate' })).toMatchObject({ kind: 'change', rpc: message });
  expect(await settled(url)).toMatchObject({ kind: 'block', decisions: [{ verdict: 'unjudged' }] });
});

const faults: readonly [string, Answer, RegExp][] = [
  ['answers an error', (_, __, response) => response.writeHead(500).end('{"verdict":"pass"}'), /status 500/],
  ['answers no JSON', (_, __, response) => response.end('pass'), /failed/],
  ['answers no verdict', says({ ok: true }), /no verdict/],
  ['sends elsewhere', (_, __, response) => response.writeHead(307, { location: '/other' }).end(), /cannot be reached/],
  ['cuts the line', (_, { socket }) => socket.destroy(), /cannot be reached/],
  ['never answers', () => {}, /no verdict within 400 ms/],
];
test.each(faults)(
  'an endpoint that %s has not judged: fail closed or open, as configured',
  async (_, answer, reason) => {
    const url = await endpoint(answer);
    const closed = await settled(url);
    expect(closed).toMatchObject({ kind: 'block', decisions: [{ verdict: 'unjudged' }] });
    expect(closed.decisions[0]?.reason).toMatch(reason);
    expect(await settled(url, { onFailure: 'pass' })).toMatchObject({
      kind: 'pass',
      decisions: [{ verdict: 'unjudged' }],
    });
  },
);

test('a webhook without its secret is an error before anything runs', () => {
  const webhook = {
    name: 'guard',
    url: 'https://guard.example',
    mode: 'validate',
    deadline_ms: 1,
    on_failure: 'block',
  } as const;
  const open = (env: Record<string, string>) =>
    openWebhooks({ webhooks: [{ ...webhook, secret_env: 'GUARD_SECRET' }], env, now: () => 0 });
  expect(() => open({})).toThrow('GUARD_SECRET is not set');
  expect(open({ GUARD_SECRET: 'x' })[0]?.name).toBe('webhook:guard');
  const fromFile = { ...webhook, secret_file: '/nowhere/secret' };
  expect(() => openWebhooks({ webhooks: [fromFile], env: {}, now: () => 0 })).toThrow('/nowhere/secret');
});
