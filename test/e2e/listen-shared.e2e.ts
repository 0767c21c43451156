import { expect, test } from 'vitest';
import { type Heard, type ListeningKm, listenWith, messagesIn } from './listening.ts';
import { messages, testServer } from './start-km.ts';

const server = testServer('shared');
const version = '2026-07-28';
const meta = {
  'io.modelcontextprotocol/protocolVersion': version,
  'io.modelcontextprotocol/clientCapabilities': {},
};

interface Request {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: object;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
}

/** A request of the revision without sessions, with the headers it needs. */
function request(km: ListeningKm, { id = 1, method = 'tools/list', params = {}, headers, signal }: Request) {
  const usual = { 'mcp-protocol-version': version, 'mcp-method': method };
  const body = { jsonrpc: '2.0', id, method, params: { _meta: { ...meta, progressToken: id }, ...params } };
  return km.ask({ body, headers: { ...usual, ...headers }, ...(signal && { signal }) });
}

function call(km: ListeningKm, name: string, { args = {}, ...rest }: Request & { args?: object } = {}) {
  const headers = { 'mcp-name': name, ...rest.headers };
  return request(km, { ...rest, method: 'tools/call', params: { name, arguments: args }, headers });
}

const said = (message: Heard | undefined) => (message?.result?.content as { text: string }[] | undefined)?.[0]?.text;
const errorOf = async (answer: Response) => [answer.status, (await messagesIn(answer))[0]?.error?.code];

test('clients that count alike share one server, and each gets its own', async () => {
  const km = await listenWith(server);
  const texts = ['a'.repeat(60), 'b'.repeat(30), 'c'];
  const answers = await Promise.all(texts.map((text) => call(km, 'echo', { id: 1, args: { text } })));
  const heard = (await Promise.all(answers.map((answer) => messagesIn(answer)))).flat();
  expect(heard.map((message) => [message.id, said(message)])).toEqual(texts.map((text) => [1, text]));
  const slow = await Promise.all([call(km, 'slow', { id: 'x' }), call(km, 'slow', { id: 7 })]);
  const [x, seven] = await Promise.all(slow.map((answer) => messagesIn(answer, 3)));
  const told = (id: number | string) => [
    [id, 1],
    [id, 2],
    [undefined, undefined],
  ];
  expect(x?.map(({ params }) => [params?.progressToken, params?.progress])).toEqual(told('x'));
  expect(seven?.map(({ params }) => [params?.progressToken, params?.progress])).toEqual(told(7));
  km.run.child.kill('SIGTERM');
  expect(await km.run.status).toBe(0);
  await km.run.gone();
  const runs = new Set(messages(km.home).map(({ run }) => run));
  expect(runs.size).toBe(1);
});

test('to disconnect is to cancel, and tells the server so', async () => {
  const km = await listenWith(server);
  const leaving = new AbortController();
  const left = call(km, 'never', { signal: leaving.signal }).catch(() => 'left');
  await expect.poll(() => messages(km.home, 'c2s').length).toBe(1);
  leaving.abort();
  expect(await left).toBe('left');
  const cancelled = async () => said((await messagesIn(await call(km, 'cancelled')))[0]);
  await expect.poll(cancelled).toBe('1');
});

test('those who listen are told, each under its own id, until km ends', async () => {
  const km = await listenWith(server);
  const listen = (id: string) => request(km, { id, method: 'subscriptions/listen', params: {} });
  const streams = await Promise.all([listen('one'), listen('two')]);
  const heard = streams.map((stream) => messagesIn(stream, 2));
  expect(said((await messagesIn(await call(km, 'change')))[0])).toBe('2');
  const key = 'io.modelcontextprotocol/subscriptionId';
  const ids = (await Promise.all(heard)).map((all) =>
    all.map(({ method, params }) => [method, (params?._meta as Record<string, unknown> | undefined)?.[key]]),
  );
  expect(ids).toEqual(
    ['one', 'two'].map((id) => [
      ['notifications/subscriptions/acknowledged', id],
      ['notifications/tools/list_changed', id],
    ]),
  );
  const last = await listen('three');
  km.run.child.kill('SIGTERM');
  expect((await messagesIn(last, 9)).map(({ method }) => method)).toEqual(['notifications/subscriptions/acknowledged']);
  expect(await km.run.status).toBe(0);
});

test('headers that say something else than the body are refused, and so is what lacks its revision', async () => {
  const km = await listenWith(server);
  const cases: [Request & { args?: object }, number][] = [
    [{ headers: { 'mcp-name': 'other' } }, -32_020],
    [{ headers: { 'mcp-name': undefined } }, -32_020],
    [{ headers: { 'mcp-name': '=?base64?!?=' } }, -32_020],
    [{ headers: { 'mcp-method': 'tools/list' } }, -32_020],
    [{ headers: { 'mcp-method': undefined } }, -32_020],
    [{ headers: { 'mcp-protocol-version': undefined } }, -32_020],
    [{ headers: { 'mcp-protocol-version': '2026-07-29' } }, -32_020],
  ];
  const found = cases.map(async ([asked]) => errorOf(await call(km, 'echo', { args: { text: 'x' }, ...asked })));
  expect(await Promise.all(found)).toEqual(cases.map(([, code]) => [400, code]));
  const encoded = `=?base64?${Buffer.from('echo').toString('base64')}?=`;
  const right = await call(km, 'echo', { args: { text: 'x' }, headers: { 'mcp-name': encoded } });
  expect(said((await messagesIn(right))[0])).toBe('x');
  expect(await errorOf(await request(km, { params: { _meta: {} } }))).toEqual([400, -32_602]);
  const noCapabilities = { _meta: { 'io.modelcontextprotocol/protocolVersion': version } };
  expect(await errorOf(await request(km, { params: noCapabilities }))).toEqual([400, -32_602]);
  expect(await errorOf(await request(km, { method: 'no/such' }))).toEqual([404, -32_601]);
});

test('an argument that a header repeats has to be the same in both, once its tool is known', async () => {
  const km = await listenWith(server);
  await messagesIn(await request(km, {}));
  const args = { text: 'x', region: 'Köln' };
  const statusWith = async (headers: Record<string, string>) => (await call(km, 'echo', { args, headers })).status;
  expect(await statusWith({ 'mcp-param-region': `=?base64?${Buffer.from('Köln').toString('base64')}?=` })).toBe(200);
  expect(await statusWith({ 'mcp-param-region': 'Bonn' })).toBe(400);
  expect(await statusWith({})).toBe(400);
});

test('a server that ends leaves nobody waiting, and is started again', async () => {
  const km = await listenWith(server);
  const open = call(km, 'never', { id: 'n' });
  const [ended] = await messagesIn(await call(km, 'die', { id: 'd' }));
  expect(ended).toMatchObject({ id: 'd', error: { message: expect.stringContaining('status 4') } });
  expect(await messagesIn(await open)).toMatchObject([{ id: 'n', error: { code: -32_603 } }]);
  expect(said((await messagesIn(await call(km, 'echo', { args: { text: 'again' } })))[0])).toBe('again');
  await messagesIn(await call(km, 'die'));
  const soon = await call(km, 'echo', { args: { text: 'x' } });
  expect([soon.status, soon.headers.get('retry-after')]).toEqual([503, '1']);
});
