import { execFileSync } from 'node:child_process';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { request } from '../e2e/rpc.ts';
import { makeHome, monitor, runKm, testServer } from '../e2e/start-km.ts';

const input = request(1, 'tools/list', { cursor: 'x'.repeat(1_000) }).repeat(2_000);

/** Mounts a file system of its own, 1 MB, and fills it but for a few kilobytes. */
function mountAlmostFull(folder: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], { stdio: 'pipe' });
  onTestFinished(() => void execFileSync('umount', ['--lazy', folder]));
  const { bavail, bsize } = statfsSync(folder);
  writeFileSync(path.join(folder, 'filler'), Buffer.alloc((bavail - 16) * bsize));
}

test('a disk that fills up while km runs: the client notices nothing, stderr says it once', async ({ skip }) => {
  const folder = makeHome();
  try {
    mountAlmostFull(folder);
  } catch (error) {
    return skip(`A tmpfs cannot be mounted here: ${(error as Error).message}`);
  }
  const run = monitor(testServer('echoes'), { env: { KM_DATA_DIR: path.join(folder, 'data') } });
  run.finish(input);
  expect(await run.status).toBe(0);
  expect(run.out.text === input).toBe(true);
  expect(run.err.text.match(/"level":"(warn|error)"/gi)).toHaveLength(1);
});

test('a disk that gets room again: what was lost is declared, what comes after is kept, the log verifies', async ({
  skip,
}) => {
  const folder = makeHome();
  try {
    mountAlmostFull(folder);
  } catch (error) {
    return skip(`A tmpfs cannot be mounted here: ${(error as Error).message}`);
  }
  const env = { KM_DATA_DIR: path.join(folder, 'data') };
  const run = monitor(testServer('echoes'), { env });
  run.child.stdin.write(input);
  await run.err.has('disk is full');
  rmSync(path.join(folder, 'filler'));
  const gaps = () => runKm(['logs', '--json'], { env }).then(({ stdout }) => stdout.match(/"kind":"gap"/g)?.length);
  await vi.waitFor(async () => expect(await gaps()).toBe(1), { timeout: 10_000, interval: 200 });
  run.finish(request('last', 'tools/list'));
  expect(await run.status).toBe(0);
  const { stdout } = await runKm(['logs', '--json', '--id', 'last'], { env });
  expect(stdout.trimEnd().split('\n')).toHaveLength(2);
  const verified = await runKm(['logs', 'verify'], { env });
  expect(verified).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('lost when the log could not be written'),
  });
});
