import { execFileSync } from 'node:child_process';
import { statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { request } from '../e2e/rpc.ts';
import { makeHome, monitor, testServer } from '../e2e/start-km.ts';

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
  const input = request(1, 'tools/list', { cursor: 'x'.repeat(1_000) }).repeat(2_000);
  run.finish(input);
  expect(await run.status).toBe(0);
  expect(run.out.text === input).toBe(true);
  expect(run.err.text.match(/"level":"(warn|error)"/gi)).toHaveLength(1);
});
