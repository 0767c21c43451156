import { expect, test } from 'vitest';
import { type Exchange, Exchanges } from './exchange.ts';
import { type Direction, Message } from './message.ts';

/** A conversation whose clock advances 10 ms a message. */
function conversation(timeoutMs = 1_000) {
  const exchanges = new Exchanges(timeoutMs);
  let seq = 0;
  const say = (dir: Direction, rpc: unknown, at = (seq + 1) * 10): Exchange => {
    const head = Buffer.from(JSON.stringify(rpc));
    const [exchange] = exchanges.track(new Message(dir, { head, bytes: head.length }, 0, at), ++seq);
    return exchange as Exchange;
  };
  return {
    exchanges,
    client: (rpc: unknown, at?: number) => say('c2s', rpc, at),
    server: (rpc: unknown, at?: number) => say('s2c', rpc, at),
  };
}

const call = (id: unknown, name = 'echo', more: object = {}) => ({
  id,
  method: 'tools/call',
  params: { name, ...more },
});

test('a response belongs to the request of the other direction with the same id and type', () => {
  const { client, server } = conversation();
  client(call(1, 'number'));
  client(call('1', 'string'));
  server({ id: 1, method: 'roots/list' });
  expect(server({ id: '1', result: {} })).toMatchObject({ call: 2, method: 'tools/call', tool: 'string', ms: 20 });
  expect(client({ id: 1, result: { roots: [] } })).toMatchObject({ call: 3, method: 'roots/list', ms: 20 });
  expect(server({ id: 1, result: {} })).toMatchObject({ call: 1, tool: 'number', ms: 50, status: 'ok' });
  expect(server({ id: 1, result: {} })).toMatchObject({ call: undefined, oddity: 'unpaired' });
});

test.each([
  [{ result: { isError: true } }, 'tool_error'],
  [{ error: { code: -32602, message: 'no' } }, 'error'],
  [{ result: {} }, 'ok'],
])('%j is %s', (answer, status) => {
  const { client, server } = conversation();
  client(call(0));
  expect(server({ id: 0, ...answer }).status).toBe(status);
});

test('an input_required result and its retry under another id are one call, its waiting time apart', () => {
  const { client, server } = conversation();
  client(call(1), 0);
  expect(
    server({ id: 1, result: { resultType: 'input_required', requestState: 's', inputRequests: {} } }, 100),
  ).toMatchObject({
    call: 1,
    ms: 100,
    status: 'input_required',
  });
  expect(client(call(2, 'echo', { requestState: 's', inputResponses: {} }), 5_100)).toMatchObject({ call: 1 });
  expect(server({ id: 2, result: {} }, 5_150)).toMatchObject({ call: 1, ms: 150, waitMs: 5_000, status: 'ok' });
});

test('a task and its polls are one call, which tasks/result ends', () => {
  const { client, server } = conversation();
  client(call(1, 'build', { task: { ttl: 1 } }), 0);
  expect(server({ id: 1, result: { task: { taskId: 't', status: 'working' } } }, 10)).toMatchObject({ status: 'task' });
  client({ id: 2, method: 'tasks/get', params: { taskId: 't' } }, 20);
  expect(server({ id: 2, result: { taskId: 't', status: 'completed' } }, 30)).toMatchObject({
    call: 1,
    status: 'task',
  });
  client({ id: 3, method: 'tasks/result', params: { taskId: 't' } }, 40);
  expect(server({ id: 3, result: { content: [] } }, 90)).toMatchObject({
    call: 1,
    method: 'tools/call',
    tool: 'build',
    ms: 90,
    status: 'ok',
  });
});

test('with the tasks extension the status that ends a task brings its result', () => {
  const { client, server } = conversation();
  client(call(1, 'build'), 0);
  expect(server({ id: 1, result: { resultType: 'task', taskId: 't', status: 'working' } }, 10).status).toBe('task');
  client({ id: 2, method: 'tasks/get', params: { taskId: 't' } }, 20);
  expect(server({ id: 2, result: { taskId: 't', status: 'completed', result: { content: [] } } }, 70)).toMatchObject({
    call: 1,
    ms: 70,
    status: 'ok',
  });
});

test('a cancelled request is not waited for, and its late response is known', () => {
  const { exchanges, client, server } = conversation();
  client(call(4));
  expect(exchanges.openCount('c2s')).toBe(1);
  expect(server({ method: 'notifications/cancelled', params: { requestId: 4 } }).call).toBeUndefined();
  expect(client({ method: 'notifications/cancelled', params: { requestId: 4 } }).call).toBe(1);
  expect(exchanges.openCount('c2s')).toBe(0);
  expect(server({ id: 4, result: {} })).toMatchObject({ call: 1, oddity: 'cancelled' });
});

test('a response after the timeout is late, and progress belongs to its call', () => {
  const { client, server } = conversation(1_000);
  client(call(1, 'slow', { _meta: { progressToken: 0 } }), 0);
  expect(server({ method: 'notifications/progress', params: { progressToken: 0, progress: 1 } }, 5)).toMatchObject({
    call: 1,
    tool: 'slow',
  });
  expect(server({ id: 1, result: {} }, 1_001)).toMatchObject({ oddity: 'late' });
});

test('each element of a batch is an exchange of its own', () => {
  const exchanges = new Exchanges(1_000);
  const batch = (dir: Direction, list: unknown[]) => {
    const head = Buffer.from(JSON.stringify(list));
    return new Message(dir, { head, bytes: head.length }, 0, 0);
  };
  exchanges.track(batch('c2s', [call(1, 'a'), call(2, 'b'), { method: 'notifications/initialized' }]), 1);
  const answers = exchanges.track(
    batch('s2c', [
      { id: 2, result: {} },
      { id: 1, result: {} },
    ]),
    2,
  );
  expect(answers.map(({ tool }) => tool)).toEqual(['b', 'a']);
});

test('names and ids may be any text', () => {
  const { client, server } = conversation();
  expect(client(call('ü', 'Größe'))).toMatchObject({ id: 'ü', tool: 'Größe' });
  expect(server({ id: 'ü', result: {} })).toMatchObject({ id: 'ü', tool: 'Größe', call: 1 });
});

test('a hundred thousand requests that nobody answers take no more room than ten thousand', () => {
  const exchanges = new Exchanges(1_000);
  for (let i = 0; i < 100_000; i++) {
    const head = Buffer.from(`{"id":${i},"method":"ping"}`);
    exchanges.track(new Message('c2s', { head, bytes: head.length }, 0, 0), i);
  }
  expect(exchanges.openCount('c2s')).toBeLessThanOrEqual(20_000);
});
