import { expect, test } from 'vitest';
import { callTool, initialize, line, request } from './rpc.ts';
import { messages, monitor, type Run, records, testServer } from './start-km.ts';

async function talk(command: readonly string[], input: string, direct = false): Promise<Run> {
  const run = monitor(command, { direct });
  run.finish(input);
  expect(await run.status).toBe(0);
  return run;
}

test('what no server should print arrives as it was printed, and is on record for what it is', async () => {
  const input = initialize() + request(1, 'tools/list');
  const [direct, run] = [
    await talk(testServer('noisy-stdout'), input, true),
    await talk(testServer('noisy-stdout'), input),
  ];
  expect(run.out.bytes).toEqual(direct.out.bytes);
  const kinds = messages(run.home, 's2c').map(({ kind }) => kind);
  expect(kinds).toEqual(['opaque', 'blank', 'blank', 'opaque', 'opaque', 'opaque', 'response', 'opaque', 'response']);
});

test('requests of the server pair with the answers of the client though both use one id', async () => {
  const run = monitor(testServer('asks-client'));
  run.child.stdin.write(initialize(0) + callTool(7, 'ask'));
  await run.out.has('roots/list');
  run.child.stdin.write(line({ id: 7, result: { roots: [{ uri: 'file:///a' }] } }));
  await run.out.has('sampling/createMessage');
  run.finish(line({ id: 7, result: { role: 'assistant', model: 'm', content: { type: 'text', text: 'hello' } } }));
  expect(await run.status).toBe(0);
  expect(run.out.text).toContain('file:///a');
  const responses = records(run.home).filter(({ kind }) => kind === 'response');
  expect(responses.map(({ dir, method, call }) => ({ dir, method, call }))).toEqual([
    { dir: 's2c', method: 'initialize', call: 1 },
    { dir: 'c2s', method: 'roots/list', call: expect.any(Number) },
    { dir: 'c2s', method: 'sampling/createMessage', call: expect.any(Number) },
    { dir: 's2c', method: 'tools/call', call: 2 },
  ]);
});

test('the elements of a batch are paired one by one', async () => {
  const call = { jsonrpc: '2.0', method: 'tools/call', params: { name: 'echo', arguments: { message: 'hi' } } };
  const batch = [
    { ...call, id: 1 },
    { ...call, id: 'b' },
    { jsonrpc: '2.0', method: 'notifications/initialized' },
  ];
  const run = await talk(testServer('batch'), `${initialize(0, '2025-03-26')}${JSON.stringify(batch)}\n`);
  expect(messages(run.home, 's2c').at(-1)).toMatchObject({
    kind: 'batch',
    parts: [
      { kind: 'response', id: 1, tool: 'echo' },
      { kind: 'response', id: 'b', tool: 'echo' },
    ],
  });
});

test('an input_required call and its retry are one call', async () => {
  const run = monitor(testServer('modern'));
  run.child.stdin.write(callTool(1, 'greet'));
  await run.out.has('input_required');
  const answer = { name: { action: 'accept', content: { name: 'Ann' } } };
  const retry = { name: 'greet', requestState: 'eyJzdGVwIjoxfQ.opaque+/=', inputResponses: answer };
  run.finish(request(2, 'tools/call', retry));
  expect(await run.status).toBe(0);
  expect(run.out.text).toContain('Hello Ann');
  expect(messages(run.home, 's2c')).toMatchObject([
    { id: 1, call: 1, status: 'input_required' },
    { id: 2, call: 1, status: 'ok', tool: 'greet' },
  ]);
});

test('a task and its polls are one call', async () => {
  const run = monitor(testServer('modern'));
  run.child.stdin.write(callTool(1, 'work'));
  await run.out.has('working');
  run.child.stdin.write(request(2, 'tasks/get', { taskId: 'task-1' }));
  await run.out.has('"id":2');
  run.finish(request(3, 'tasks/get', { taskId: 'task-1' }));
  expect(await run.status).toBe(0);
  const responses = messages(run.home, 's2c');
  expect(responses.map(({ call }) => call)).toEqual([1, 1, 1]);
  expect(responses.at(-1)).toMatchObject({ status: 'ok', tool: 'work' });
});

test('a flood on stderr neither blocks the server nor gets lost', async () => {
  const run = monitor(testServer('floods-stderr', '20000'));
  await run.out.has('flooded');
  run.finish();
  expect(await run.status).toBe(0);
  expect(run.err.text.match(/^line \d+ x/gm)?.length).toBe(20_000);
});
