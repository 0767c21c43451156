import { expect, test } from 'vitest';
import {
  call,
  initialize,
  initialized,
  json,
  legacy,
  modern,
  modernCall,
  result,
  stream,
  talkTo,
} from '../../test/talk-to.ts';

test('the client leads, and what it says goes with the headers of its session', async () => {
  const { say, hear, seen, server } = await talkTo(legacy((one, response) => json(response, result(one))));
  say(initialize, initialized, call(1));
  expect([(await hear()).id, (await hear()).id]).toEqual([0, 1]);
  server.sink.end();
  expect(await server.exited).toEqual({ status: 0, signal: undefined });
  const posts = seen.filter(({ http: how }) => how !== 'GET');
  expect(posts.map(({ http: how, rpc }) => rpc.method ?? how)).toEqual([
    'initialize',
    'notifications/initialized',
    'tools/call',
    'DELETE',
  ]);
  expect(posts.map(({ headers }) => [headers['mcp-session-id'], headers['mcp-protocol-version']])).toEqual([
    [undefined, undefined],
    ['s1', '2025-11-25'],
    ['s1', '2025-11-25'],
    ['s1', '2025-11-25'],
  ]);
  expect(seen.every(({ headers }) => headers['x-given'] === 'yes')).toBe(true);
});

test('modern messages are named in headers, and there is no session', async () => {
  const { say, hear, seen, server } = await talkTo((one, response) =>
    json(response, result(one), 200, { 'mcp-session-id': 'ignored' }),
  );
  say(modernCall(1));
  expect(await hear()).toMatchObject({ id: 1, result: { ok: true } });
  server.sink.end();
  await server.exited;
  expect(
    seen.map(({ headers }) => [headers['mcp-method'], headers['mcp-name'], headers['mcp-protocol-version']]),
  ).toEqual([['tools/call', 'echo', '2026-07-28']]);
});

test('a long call does not hold up the next, and answers come as they are ready', async () => {
  let finish = () => {};
  const { say, hear } = await talkTo(
    legacy((one, response) => {
      if (one.rpc.id === 1) finish = () => json(response, result(one));
      else json(response, result(one));
    }),
  );
  say(initialize, initialized, call(1), call(2));
  expect([(await hear()).id, (await hear()).id]).toEqual([0, 2]);
  finish();
  expect((await hear()).id).toBe(1);
});

test('a session that the server has ended is told, until the client begins another', async () => {
  let gone = false;
  const { say, hear, seen } = await talkTo(
    legacy((one, response) => {
      if (gone)
        json(response, { jsonrpc: '2.0', id: null, error: { code: -32001, message: 'Session not found' } }, 404);
      else json(response, result(one));
    }),
  );
  say(initialize, initialized);
  await hear();
  gone = true;
  say(call(1));
  expect(await hear()).toMatchObject({ id: 1, error: { code: 4404, message: expect.stringContaining('initialize') } });
  say(call(2));
  expect(await hear()).toMatchObject({ id: 2, error: { code: 4404 } });
  gone = false;
  say({ ...initialize, id: 3 }, call(4));
  expect([(await hear()).id, (await hear()).id]).toEqual([3, 4]);
  expect(seen.filter(({ rpc }) => rpc.id === 2)).toEqual([]);
});

test('a modern call is cancelled by closing it, an older one by saying so', async () => {
  let closed = () => {};
  const closing = new Promise<void>((resolve) => {
    closed = resolve;
  });
  const { say, hear, seen } = await talkTo((one, response) => {
    if (one.rpc.id === 1) response.on('close', closed);
    else json(response, result(one));
  });
  say({ id: 0, method: 'server/discover', params: { _meta: modern } });
  await hear();
  say(modernCall(1), { method: 'notifications/cancelled', params: { requestId: 1 } }, modernCall(2));
  await closing;
  expect((await hear()).id).toBe(2);
  expect(seen.map(({ rpc }) => rpc.method)).not.toContain('notifications/cancelled');

  const older = await talkTo(legacy(() => {}));
  older.say(initialize, initialized, call(1), { method: 'notifications/cancelled', params: { requestId: 1 } });
  await older.hear();
  older.say({ method: 'notifications/roots/list_changed' });
  older.server.sink.end();
  await new Promise((resolve) => older.server.sink.once('finish', resolve));
  expect(older.seen.map(({ rpc }) => rpc.method)).toContain('notifications/cancelled');
});

test('the client goes: what is open is still answered, what never ends is given up', async () => {
  let finish = () => {};
  let reached = () => {};
  const reaching = new Promise<void>((resolve) => {
    reached = resolve;
  });
  const { say, hear, server } = await talkTo((one, response) => {
    if (one.rpc.method === 'subscriptions/listen') stream(response);
    else if (one.rpc.method === 'tools/call') finish = () => json(response, result(one));
    else json(response, result(one));
    if (one.rpc.method === 'tools/call') reached();
  });
  say({ id: 0, method: 'server/discover', params: { _meta: modern } });
  await hear();
  say({ id: 1, method: 'subscriptions/listen', params: { _meta: modern } }, modernCall(2));
  server.sink.end();
  await Promise.all([reaching, new Promise((resolve) => server.sink.once('finish', resolve))]);
  finish();
  expect((await hear()).id).toBe(2);
  expect(await server.exited).toEqual({ status: 0, signal: undefined });
});

test('told to end, it gives up what is open and ends the session', async () => {
  const { say, hear, seen, server } = await talkTo(legacy(() => {}));
  say(initialize, initialized, call(1));
  await hear();
  server.kill('SIGTERM');
  expect(await server.exited).toEqual({ status: 143, signal: 'SIGTERM' });
  expect(seen.at(-1)).toMatchObject({ http: 'DELETE', headers: { 'mcp-session-id': 's1' } });
});
