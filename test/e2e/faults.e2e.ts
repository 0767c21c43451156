import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { initialize, request } from './rpc.ts';
import { dataFolder, makeHome, messages, monitor, testServer } from './start-km.ts';

const input = initialize() + request(1, 'tools/list').repeat(200);

/** What km says about itself on stderr, one object a line. */
function said(stderr: string): { level: string; message: string }[] {
  return stderr
    .split('\n')
    .filter((text) => text.startsWith('{"timestamp"'))
    .map((text) => JSON.parse(text));
}

const complaints = (stderr: string) => said(stderr).filter(({ level }) => /warn|error/i.test(level));

async function servesThoughLogFails(options: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const run = monitor(testServer('echoes'), { options, env });
  run.finish(input);
  expect(await run.status).toBe(0);
  expect(run.out.text).toBe(input);
  return run.err.text;
}

/** No folder can be made below a file, not even by root. */
function plainFile(): string {
  const file = path.join(makeHome(), 'a-file');
  writeFileSync(file, '');
  return file;
}

test.runIf(existsSync('/dev/full'))(
  'a log on a full disk: the client notices nothing, stderr says it once',
  async () => {
    expect(complaints(await servesThoughLogFails(['--log-file', '/dev/full']))).toHaveLength(1);
  },
);

test('a data folder that cannot be made: the client notices nothing, stderr says it once', async () => {
  const below = path.join(plainFile(), 'data');
  expect(complaints(await servesThoughLogFails([], { KM_DATA_DIR: below }))).toHaveLength(1);
});

test('a log that is a folder: the client notices nothing, stderr says it once', async () => {
  expect(complaints(await servesThoughLogFails(['--log-file', makeHome()]))).toHaveLength(1);
});

test('a log folder that is deleted while km runs is made again, and what comes after is on record', async () => {
  const run = monitor(testServer('echoes'));
  run.child.stdin.write(request(1, 'tools/list'));
  await vi.waitFor(() => expect(messages(run.home)).toHaveLength(2), { timeout: 5_000 });
  rmSync(dataFolder(run.home), { recursive: true });
  await vi.waitFor(
    () => {
      run.child.stdin.write(request(2, 'tools/list'));
      expect(existsSync(path.join(dataFolder(run.home), 'mcp_proxy.log'))).toBe(true);
    },
    { timeout: 5_000 },
  );
  run.finish(request(3, 'tools/list'));
  expect(await run.status).toBe(0);
  expect(messages(run.home).filter(({ id }) => id === 3)).toHaveLength(2);
  expect(complaints(run.err.text)).toEqual([]);
});

test('no folder that can be written to: the program runs all the same', async () => {
  const home = path.join(makeHome(), 'is-not-there');
  const run = monitor(['echo', 'test'], { env: { HOME: home, KM_DATA_DIR: path.join(plainFile(), 'data') } });
  run.finish();
  expect(await run.status).toBe(0);
  expect(run.out.text).toBe('test\n');
});

test('a stderr that was closed does not hold traffic up', async () => {
  const run = monitor(testServer('floods-stderr', '20000'));
  run.child.stderr.destroy();
  await run.out.has('flooded');
  run.finish();
  expect(await run.status).toBe(0);
});

test('without a terminal every line of km on stderr is an object with time, level, target and message', async () => {
  const run = monitor(['no-such-program']);
  run.finish();
  expect(await run.status).toBe(127);
  for (const text of run.err.text.trimEnd().split('\n')) {
    expect(JSON.parse(text)).toMatchObject({
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      level: expect.any(String),
      target: expect.any(String),
      message: expect.any(String),
    });
  }
});
