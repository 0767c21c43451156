import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApp } from '../src/app.ts';
import { type Listening, listen } from '../src/listen.ts';
import { attackTexts, marker } from './attack-texts.ts';
import { openWorld, type World } from './world.ts';
import { type Person, person } from './world-people.ts';

/** What no client library sends: requests as bytes over a socket, and a stream that has no end to wait for. */

let world: World;
let listening: Listening;
let analyst: Person;
let app: ReturnType<typeof createApp>;
beforeAll(async () => {
  world = await openWorld();
  const { org, jwt } = await world.organisation();
  const other = await world.organisation('Other');
  analyst = await person(world, org, 'analyst');
  const event = { id: '1', kind: 'session', ts: '2026-07-28T11:00:00Z' };
  await world.ask('POST', '/api/events/telemetry', { jwt: other.jwt, body: { ...event, run: 'theirs' } });
  await world.ask('POST', '/api/events/telemetry', { jwt, body: { ...event, run: 'ours' } });
  app = createApp(world.services);
  listening = await listen({ host: '127.0.0.1', port: 0, tls: undefined }, (request, env) =>
    app.fetch(request, env as never),
  );
}, 60_000);
afterAll(async () => {
  await listening.close();
  await world.close();
});

/**
 * All that comes back for these bytes until the server closes; latin1, so that each byte counts. A server that refuses a request
 * before it has read all of it resets the connection, and what it said may be lost on the way.
 */
function exchange(bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(listening.port, '127.0.0.1', () => socket.end(bytes, 'latin1'));
    let answer = '';
    socket.setEncoding('latin1').on('data', (text) => {
      answer += text;
    });
    socket.on('error', () => {}).on('close', () => resolve(answer));
  });
}

const breaks = ['\r\n', '\n', '\r', '\r\n ', '\n\t', '\0', '\x85', 'ä\r\n'];
const names = [
  'X-Request-Id',
  'Last-Event-ID',
  'Cookie',
  'Authorization',
  'Origin',
  'X-Forwarded-For',
  'If-None-Match',
];

test.each(names)(
  'a line break in the header %s puts nothing into the answer, and nothing into the log',
  async (name) => {
    for (const text of breaks) {
      const head = `${name}: a${text}${marker}: yes\r\nHost: km.test\r\nConnection: close\r\n\r\n`;
      const answer = await exchange(`GET /api/account HTTP/1.1\r\n${head}`);
      expect(answer).toMatch(/^HTTP\/1\.1 40[01] /);
      expect(answer.toLowerCase()).not.toContain(marker);
    }
    for (const line of world.logged.splice(0)) expect(line).toMatch(/^\{[^\n]*\}\n$/);
  },
);

test.each(['\r\n', '\n', '\r', '\0', '%0d%0a', '%0a', '%00'])(
  'a line break written as %j in an address puts nothing into the answer',
  async (text) => {
    const place = `/auth/sso/start?email=a@acme.test&next=/a${text}${marker}:yes`;
    const answer = await exchange(`GET ${place} HTTP/1.1\r\nHost: km.test\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^(?:HTTP\/1\.1 40[04] |$)/);
    expect(answer.toLowerCase()).not.toContain(`\n${marker}`);
  },
);

const inside = 'GET /healthz HTTP/1.1\r\nHost: km.test\r\n\r\n';

test.each([
  ['two lengths', `Content-Length: 2\r\nContent-Length: ${inside.length + 2}\r\n\r\n{}${inside}`],
  ['a length beside chunks', `Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${inside}`],
  ['chunks spelt twice', `Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n${inside}`],
  ['a blank before the colon', `Content-Length : 2\r\n\r\n{}${inside}`],
  ['a signed length', `Content-Length: +2\r\n\r\n{}${inside}`],
])('%s hide no second request behind the first', async (_, rest) => {
  const answer = await exchange(
    `POST /api/auth/exchange HTTP/1.1\r\nHost: km.test\r\nContent-Type: application/json\r\n${rest}`,
  );
  expect(answer.match(/^HTTP\/1\.1 \d+/gm)).toEqual(['HTTP/1.1 400']);
});

/** What a stream says until this has come; then it is left. */
async function streamUntil(last: string, headers: Readonly<Record<string, string>>): Promise<string> {
  const response = await app.request('http://km.test/api/live', { headers: { Cookie: analyst.cookie, ...headers } });
  const reader = (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
  let said = '';
  while (!said.includes(last)) said += (await reader.read()).value ?? `, and ended after it: ${last}`;
  await reader.cancel();
  return said;
}

test('whatever a client says that it has seen last, a stream begins', async () => {
  const places = ['999999999999999-999999999999999', '-1--1', '1-', '1-1; drop table events', '1e3-1', '0-0 '];
  const texts = attackTexts.map((text) => text.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '').slice(0, 8_000));
  for (const place of [...places, ...texts]) {
    expect(await streamUntil(': here\n\n', { 'Last-Event-ID': place })).toMatch(/^: here\n\n/);
  }
  expect(world.logged.filter((line) => /"level":"(?:error|warn)"/.test(line))).toEqual([]);
});

test('a client that says it has seen nothing is told all of its own organisation, and nothing of another', async () => {
  const said = await streamUntil('"ours"', { 'Last-Event-ID': '0-0' });
  expect(said).toMatch(/^: here\n\nid: \d+-\d+\ndata: [^\n]+\n\n$/);
  expect(said).not.toContain('theirs');
});
