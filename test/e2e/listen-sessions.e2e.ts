import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type Heard, type ListeningKm, listenWith, messagesIn } from './listening.ts';
import { makeHome, messages, records, testServer } from './start-km.ts';

const server = testServer('remembers');

interface Call {
  readonly id?: number | string;
  readonly args?: object;
  readonly signal?: AbortSignal;
}

/** What a session says, with its headers. */
function speaker(km: ListeningKm, headers: Record<string, string>) {
  const post = (message: object | readonly object[], signal?: AbortSignal) =>
    km.ask({ headers, body: message, ...(signal && { signal }) });
  return {
    post,
    call: (name: string, { id = 1, args = {}, signal }: Call = {}) => {
      const params = { name, arguments: args, _meta: { progressToken: id } };
      return post({ jsonrpc: '2.0', id, method: 'tools/call', params }, signal);
    },
    listen: (more: Record<string, string> = {}) => km.ask({ headers: { ...headers, ...more } }),
    end: () => km.ask({ method: 'DELETE', headers }),
  };
}

const said = ([message]: readonly Heard[]) => (message?.result?.content as { text: string }[] | undefined)?.[0]?.text;

function configured(config: object): { home: string } {
  const home = makeHome();
  mkdirSync(path.join(home, '.config/km'), { recursive: true });
  writeFileSync(path.join(home, '.config/km/config.json'), JSON.stringify(config));
  return { home };
}

test('each session has a server of its own, and takes it along when it ends', async () => {
  const km = await listenWith(server);
  const [a, b] = [speaker(km, await km.initialized()), speaker(km, await km.initialized())];
  await a.call('note', { args: { text: 'mine' } });
  expect(said(await messagesIn(await a.call('notes', { id: 2 })))).toBe('mine');
  expect(said(await messagesIn(await b.call('notes')))).toBe('');
  expect((await a.end()).status).toBe(200);
  expect((await a.call('notes', { id: 3 })).status).toBe(404);
  expect(said(await messagesIn(await b.call('notes', { id: 2 })))).toBe('');
  km.run.child.kill('SIGTERM');
  expect(await km.run.status).toBe(0);
  await km.run.gone();
  expect(new Set(records(km.home).map(({ run }) => run)).size).toBe(2);
});

test('what belongs to a request comes with its answer, what belongs to none on the stream of its own', async () => {
  const km = await listenWith(server, { options: ['--node', 'eu-1'] });
  const headers = await km.initialized();
  expect(headers['mcp-session-id']).toMatch(/^eu-1\.[\w-]{32}$/);
  const session = speaker(km, headers);
  const stream = await session.listen();
  const slow = await messagesIn(await session.call('slow', { id: 'tok' }), 3);
  expect(slow.map(({ method, params, id }) => [method, params?.progress, id])).toEqual([
    ['notifications/progress', 1, undefined],
    ['notifications/progress', 2, undefined],
    [undefined, undefined, 'tok'],
  ]);
  expect(said(await messagesIn(await session.call('shout', { id: 2 })))).toBe('told');
  expect((await messagesIn(stream)).map(({ method }) => method)).toEqual(['notifications/tools/list_changed']);
  const asking = await session.call('ask', { id: 3 });
  const reader = messagesIn(asking, 2);
  const reply = await session.post({ jsonrpc: '2.0', id: 'q', result: { action: 'accept' } });
  expect(reply.status).toBe(202);
  expect(said((await reader).slice(1))).toBe('accept');
});

test('a client whose connection broke comes back for what it missed', async () => {
  const km = await listenWith(server);
  const session = speaker(km, await km.initialized());
  const leaving = new AbortController();
  const asking = await session.call('ask', { id: 7, signal: leaving.signal });
  const [question] = await messagesIn(asking, 1);
  leaving.abort();
  await session.post({ jsonrpc: '2.0', id: 'q', result: { action: 'decline' } });
  const missed = await session.listen({ 'last-event-id': question?.event ?? '' });
  expect(said(await messagesIn(missed))).toBe('decline');
  expect((await session.listen({ 'last-event-id': 'zz-1' })).status).toBe(400);
});

test('a server that ends leaves nobody waiting, and no session behind', async () => {
  const km = await listenWith(server);
  const session = speaker(km, await km.initialized());
  const open = session.call('never', { id: 5 });
  const [last] = await messagesIn(await session.call('die', { id: 6 }));
  expect(last).toMatchObject({ id: 6, error: { code: -32603, message: expect.stringContaining('status 3') } });
  expect(await messagesIn(await open)).toMatchObject([{ id: 5, error: { code: -32603 } }]);
  expect((await session.call('notes', { id: 8 })).status).toBe(404);
  const again = speaker(km, await km.initialized());
  expect(said(await messagesIn(await again.call('notes')))).toBe('');
});

test('arrays are answered with arrays in the one revision that has them', async () => {
  const km = await listenWith(server);
  const batch = [1, 2].map((id) => ({ jsonrpc: '2.0', id, method: 'ping' }));
  const old = await speaker(km, await km.initialized('2025-03-26')).post([
    ...batch,
    { jsonrpc: '2.0', method: 'notifications/initialized' },
  ]);
  expect(((await old.json()) as Heard[]).map(({ id }) => id).sort()).toEqual([1, 2]);
  expect((await speaker(km, await km.initialized()).post(batch)).status).toBe(400);
});

test('a carriage return in a line does not cut its event', async () => {
  const km = await listenWith(server);
  const session = speaker(km, await km.initialized());
  const heard = await messagesIn(await session.call('carriage', { id: 2 }), 2);
  expect(heard[1]).toMatchObject({ id: 2, result: { content: [] } });
});

test('a call that is stopped is answered as on stdio', async () => {
  const home = makeHome();
  mkdirSync(path.join(home, '.config/km'), { recursive: true });
  const rule =
    'version: 1\norder: first-match\nrules:\n  - name: no-notes\n    when: tool.name == "note"\n    action: block\n    reason: Not here.\n';
  writeFileSync(path.join(home, '.config/km/policy.yaml'), rule);
  const km = await listenWith(server, { home, env: { KM_DEFAULT_TIER: 'pro' } });
  const session = speaker(km, await km.initialized());
  const [stopped] = await messagesIn(await session.call('note', { args: { text: 'x' } }));
  expect(stopped).toMatchObject({
    id: 1,
    result: { isError: true, content: [{ text: expect.stringContaining('Not here.') }] },
  });
  expect(said(await messagesIn(await session.call('notes', { id: 2 })))).toBe('');
});

test('no more sessions than allowed, and none whose client stays away', async () => {
  const km = await listenWith(server, configured({ listen: { max_sessions: 1, idle_timeout: 1 } }));
  const session = speaker(km, await km.initialized());
  const initialize = { jsonrpc: '2.0', id: 0, method: 'initialize', params: {} };
  const refused = await km.ask({ body: initialize });
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
  await expect
    .poll(async () => (await session.call('notes', { id: Math.random() })).status, { interval: 1_500 })
    .toBe(404);
  expect((await km.ask({ body: initialize })).status).toBe(200);
});

test('km told to end lets open requests be answered, and takes no new ones', async () => {
  const km = await listenWith(server);
  const session = speaker(km, await km.initialized());
  const idle = speaker(km, await km.initialized());
  const asking = await session.call('ask', { id: 1 });
  km.run.child.kill('SIGTERM');
  await expect.poll(async () => (await km.ask({ path: '/readyz' })).status).toBe(503);
  expect((await idle.call('notes')).status).toBe(404);
  expect((await km.ask({ body: { jsonrpc: '2.0', id: 0, method: 'initialize', params: {} } })).status).toBe(503);
  await session.post({ jsonrpc: '2.0', id: 'q', result: { action: 'accept' } });
  expect(said((await messagesIn(asking, 2)).slice(1))).toBe('accept');
  expect(await km.run.status).toBe(0);
  await km.run.gone();
});

test('a second signal ends at once', async () => {
  const km = await listenWith(server);
  const session = speaker(km, await km.initialized());
  const open = session.call('never').catch(() => undefined);
  await expect.poll(() => messages(km.home, 'c2s').length).toBe(2);
  km.run.child.kill('SIGTERM');
  await km.run.err.has('SIGTERM: waiting');
  km.run.child.kill('SIGINT');
  expect(await km.run.status).toBe(0);
  await km.run.gone();
  await open;
});
