import { expect, test } from 'vitest';
import { postStatus, sendText } from './http-text.ts';
import { listenWith, token } from './listening.ts';
import { monitor, records, testServer } from './start-km.ts';

const ping = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
const media = ['Content-Type: application/json', 'Accept: application/json, text/event-stream'];
const bearer = `Authorization: Bearer ${token}`;

const options = ['--allow-origin', 'https://app.example.com/', '--allow-host', 'km.example.com'];

/** What each case is answered with, by the case. */
async function outcomes<T>(cases: readonly T[], outcomeOf: (one: T) => Promise<number>): Promise<[T, number][]> {
  return Promise.all(cases.map(async (one) => [one, await outcomeOf(one)] as [T, number]));
}

// What gets in meets no session (400); what does not is told 403, or 401.
test('only who addresses this machine, or a name that was allowed, gets in', async () => {
  const km = await listenWith(testServer('remembers'), { options });
  const ours = ['localhost', '127.0.0.1:1', '[::1]:9999', 'LOCALHOST', 'km.example.com', 'km.example.com:443'];
  const foreign = [
    'evil.example.com',
    'localhost.evil.example.com',
    'localhost@evil.example.com',
    'evil.example.com:80@localhost',
    '127.0.0.1.nip.io',
    '192.0.2.7',
    '',
  ];
  const statusFor = (host: string) => postStatus(km.url, [`Host: ${host}`, bearer, ...media], ping);
  expect(await outcomes(ours, statusFor)).toEqual(ours.map((host) => [host, 400]));
  expect(await outcomes(foreign, statusFor)).toEqual(foreign.map((host) => [host, 403]));
});

test('only pages of this machine, or of an allowed origin, get in', async () => {
  const km = await listenWith(testServer('remembers'), { options });
  const ours = ['http://localhost:3000', 'https://127.0.0.1', 'http://[::1]:8080', 'https://app.example.com'];
  const foreign = [
    'http://app.example.com',
    'https://app.example.com:444',
    'https://evil.example.com',
    'http://localhost.evil.example.com',
    'null',
    'file://localhost',
  ];
  const statusFor = (origin: string) =>
    postStatus(km.url, ['Host: localhost', `Origin: ${origin}`, bearer, ...media], ping);
  expect(await outcomes(ours, statusFor)).toEqual(ours.map((origin) => [origin, 400]));
  expect(await outcomes(foreign, statusFor)).toEqual(foreign.map((origin) => [origin, 403]));

  const headers = { authorization: undefined, 'access-control-request-headers': 'authorization,mcp-param-x' };
  const allowed = await km.ask({ method: 'OPTIONS', headers: { ...headers, origin: 'https://app.example.com' } });
  expect(allowed.status).toBe(204);
  expect(allowed.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
  expect(allowed.headers.get('access-control-allow-headers')).toBe('authorization,mcp-param-x');
  const read = await km.ask({ headers: { origin: 'https://app.example.com' }, body: ping });
  expect(read.headers.get('access-control-expose-headers')).toContain('Mcp-Session-Id');
  const other = await km.ask({ method: 'OPTIONS', headers: { ...headers, origin: 'https://evil.example.com' } });
  expect([other.status, other.headers.get('access-control-allow-origin')]).toEqual([403, null]);
});

test('a token is wanted, but to be told of health', async () => {
  const km = await listenWith(testServer('remembers'));
  const wrong = [undefined, `Bearer ${token}x`, `Bearer ${token.slice(0, -1)}`, `Basic ${token}`, token, 'Bearer '];
  const statusFor = async (authorization: string | undefined) =>
    (await km.ask({ headers: { authorization }, body: ping })).status;
  expect(await outcomes(wrong, statusFor)).toEqual(wrong.map((authorization) => [authorization, 401]));
  expect(await statusFor(`bearer ${token}`)).toBe(400);
  const headers = { authorization: undefined };
  expect((await km.ask({ headers, body: ping })).headers.get('www-authenticate')).toBe('Bearer');
  expect(await (await km.ask({ path: '/healthz', headers })).json()).toEqual({ status: 'ok' });
  expect(await (await km.ask({ path: '/readyz', headers })).json()).toEqual({ status: 'ok' });
  expect((await km.ask({ path: '/other', headers })).status).toBe(401);
  expect((await km.ask({ path: '/other' })).status).toBe(404);
});

test('what is no request of MCP is refused, and ends nothing but itself', async () => {
  const km = await listenWith(testServer('remembers'));
  const cases: [string, Parameters<typeof km.ask>[0], number][] = [
    ['another type', { headers: { 'content-type': 'text/plain' }, body: ping }, 415],
    ['a client that takes JSON only', { headers: { accept: 'application/json' }, body: ping }, 406],
    ['no JSON', { body: '{"a":' }, 400],
    ['nothing', { body: ' ' }, 400],
    ['a double key', { body: '{"id":1,"id":2,"method":"ping"}' }, 400],
    ['a line break in a string', { body: '{"id":1,"method":"pi\nng"}' }, 400],
    ['no message', { body: '{"jsonrpc":"2.0"}' }, 400],
    ['no session', { body: ping }, 400],
    ['an unknown session', { headers: { 'mcp-session-id': 'x' }, body: ping }, 404],
    [
      'an unknown revision',
      { headers: { 'mcp-session-id': 'x', 'mcp-protocol-version': '1999-01-01' }, body: ping },
      400,
    ],
    ['another method', { method: 'PUT', body: ping }, 405],
    ['a GET that takes no events', { headers: { accept: 'text/html' } }, 406],
    ['a GET of a revision without them', { headers: { 'mcp-protocol-version': '2026-07-28' } }, 405],
  ];
  const answers = cases.map(async ([name, asked]) => {
    const answer = await km.ask(asked);
    const { error } = (await answer.json()) as { error: { code: number } };
    expect(error.code).toBeLessThan(-32_000);
    return [name, answer.status];
  });
  expect(await Promise.all(answers)).toEqual(cases.map(([name, , status]) => [name, status]));
  expect(await sendText(km.url, `GET /mcp HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(40_000)}`)).toMatch(
    /^HTTP\/1.1 431/,
  );
  expect(await sendText(km.url, 'GARBAGE\r\n\r\n')).toMatch(/^HTTP\/1.1 400/);
  expect((await km.ask({ path: '/healthz' })).status).toBe(200);
});

test('a body is taken up to its limit, told by its length or not', async () => {
  const km = await listenWith(testServer('remembers'));
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'x', params: { a: 'x'.repeat(17 * 1024 * 1024) } });
  expect((await km.ask({ body })).status).toBe(413);
  const chunked = `POST /mcp HTTP/1.1\r\nHost: localhost\r\n${bearer}\r\n${media.join('\r\n')}\r\nTransfer-Encoding: chunked\r\n\r\n`;
  const piece = `100000\r\n${'x'.repeat(0x100000)}\r\n`;
  expect(await sendText(km.url, chunked + piece.repeat(17))).toMatch(/^HTTP\/1.1 413/);
});

test.each([
  [['--listen', '0.0.0.0:0'], /Other machines could reach 0\.0\.0\.0/],
  [['--listen', '0.0.0.0:0', '--plain-http', '--no-token'], /Anybody who can reach/],
  [['--listen', '0', '--tls-cert', 'a.pem'], /belong together/],
])('%j is refused before anything runs', async (wrong, why) => {
  const run = monitor(testServer('remembers'), { options: wrong });
  run.finish();
  expect(await run.status).toBe(2);
  expect(run.err.text).toMatch(why);
});

test('a port in use is told, with what to do', async () => {
  const first = await listenWith(testServer('remembers'));
  const second = monitor(testServer('remembers'), { options: ['--listen', first.url.port] });
  expect(await second.status).toBe(5);
  expect(second.err.text).toMatch(/Another program listens on 127\.0\.0\.1, port \d+/);
});

test('the token reaches neither the server nor the record', async () => {
  const km = await listenWith(testServer('prints-environment'));
  await km.ask({ body: { jsonrpc: '2.0', id: 0, method: 'initialize', params: {} } });
  km.run.child.kill('SIGTERM');
  await km.run.status;
  expect(JSON.stringify(records(km.home))).not.toContain(token);
  expect(records(km.home).length).toBeGreaterThan(2);
});
