import { fileURLToPath } from 'node:url';
import { describe, expect, test, vi } from 'vitest';
import { initialize, request } from './rpc.ts';
import { km, makeHome, messages, monitor, type Run, records, start, testServer } from './start-km.ts';

const signals = [
  { signal: 'SIGINT', status: 130 },
  { signal: 'SIGTERM', status: 143 },
  { signal: 'SIGHUP', status: 129 },
] as const;

/** Starts a server and waits for its first answer, so that km and server are both at work. */
async function atWork(command: readonly string[]): Promise<Run> {
  const run = monitor(command);
  run.child.stdin.write(initialize());
  await run.out.has('\n');
  return run;
}

function logIsComplete(home: string): void {
  const kinds = records(home).map(({ kind }) => kind);
  expect(kinds.at(-1)).toBe('end');
  expect(kinds).not.toContain('gap');
}

describe('the server dies while the client waits', () => {
  test.each([
    { how: 'by itself', args: [], status: 3 },
    { how: 'of SIGKILL', args: ['SIGKILL'], status: 137 },
    { how: 'of SIGSEGV', args: ['SIGSEGV'], status: 139 },
  ])('$how: km ends with its status, though stdin is open', async ({ args, status }) => {
    const run = monitor(testServer('dies-mid-message', ...args));
    run.child.stdin.write(initialize());
    expect(await run.status).toBe(status);
    expect(run.out.text).toBe('{"jsonrpc":"2.0","id":1,"resu');
    await run.gone();
    logIsComplete(run.home);
    expect(messages(run.home, 's2c')).toMatchObject([{ kind: 'opaque', raw: '{"jsonrpc":"2.0","id":1,"resu' }]);
  });
});

describe('the client closes stdin', () => {
  test('late answers still arrive', async () => {
    const run = monitor(testServer('slow-answers', '700'));
    run.finish(request(1, 'tools/list') + request('b', 'tools/list'));
    expect(await run.status).toBe(0);
    expect(run.out.text.match(/"id":(1|"b")/g)).toEqual(['"id":1', '"id":"b"']);
    expect(messages(run.home, 's2c')).toMatchObject([
      { id: 1, call: 1 },
      { id: 'b', call: 2 },
    ]);
  });

  test('a server that ignores end of input and SIGTERM is killed', async () => {
    const run = await atWork(testServer('ignores-eof-and-term'));
    run.finish();
    expect(await run.status).toBe(137);
    await run.gone();
    logIsComplete(run.home);
  });

  test('a grandchild is not left behind', async () => {
    const run = monitor(testServer('forks-grandchild'));
    await run.err.has('grandchild');
    run.finish(initialize());
    expect(await run.status).toBe(0);
    await run.gone();
  });

  test('a server that closed its own stdin lives on until it ends', async () => {
    const run = monitor(testServer('closes-stdin-early', '300'));
    await run.out.has('closed');
    run.child.stdin.write(initialize());
    expect(await run.status).toBe(0);
    expect(run.out.text).toBe('closed\nbye\n');
  });
});

describe.each(signals)('$signal to km', ({ signal, status }) => {
  test('ends a server that obeys, with 128 + n', async () => {
    const run = await atWork(testServer('noisy-stdout'));
    run.child.kill(signal);
    expect(await run.status).toBe(status);
    await run.gone();
    logIsComplete(run.home);
  });

  test('ends a server that does not obey, and its grandchild', async () => {
    const run = await atWork(testServer('ignores-eof-and-term'));
    const other = monitor(testServer('forks-grandchild'));
    await other.err.has('grandchild');
    run.child.kill(signal);
    other.child.kill(signal);
    await Promise.all([run.status, other.status, run.gone(), other.gone()]);
    logIsComplete(run.home);
  });
});

describe('SIGKILL', () => {
  test.each(['ignores-eof-and-term', 'forks-grandchild'])('to km: %s is gone within 3 s', async (name) => {
    const run = monitor(testServer(name));
    await run.err.has(name === 'forks-grandchild' ? 'grandchild' : 'ready');
    run.child.stdin.write(initialize());
    await run.out.has('\n');
    // What was said is on disk at once, not only at the end; 100 ms on a machine at rest.
    await vi.waitFor(() => expect(messages(run.home)).toHaveLength(2), { timeout: 1_000, interval: 10 });
    run.child.kill('SIGKILL');
    expect(await run.status).toBe(137);
    await run.gone();
    expect(messages(run.home)).toHaveLength(2);
  });

  test.each([['echoes'], ['ignores-eof-and-term'], ['ignores-eof-and-term', 'once']])(
    'to the client: km and %s %s are gone within 3 s',
    async (name, ...args) => {
      const client = fileURLToPath(new URL('./waiting-client.mjs', import.meta.url));
      const home = makeHome();
      const run = start([process.execPath, client, km, 'monitor', '--', ...testServer(name, ...args)], { home });
      await run.out.has('ready');
      run.child.kill('SIGKILL');
      await run.gone();
      logIsComplete(home);
    },
  );
});
