import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { lockFolder } from './lock-folder.ts';

const newFolder = () => mkdtempSync(path.join(tmpdir(), 'km-lock-'));

test('a folder is held by one, and free again after', async () => {
  const folder = newFolder();
  const unlock = await lockFolder(folder);
  await expect(lockFolder(folder)).rejects.toThrow(`is in use by process ${process.pid}`);
  unlock();
  expect(existsSync(path.join(folder, 'lock'))).toBe(false);
});

test('the lock of a process that has gone is taken over, and that of another host is not', async () => {
  const folder = newFolder();
  const { pid } = spawnSync('true');
  writeFileSync(path.join(folder, 'lock'), JSON.stringify({ pid, host: hostname() }));
  (await lockFolder(folder))();
  writeFileSync(path.join(folder, 'lock'), JSON.stringify({ pid, host: 'elsewhere' }));
  await expect(lockFolder(folder)).rejects.toThrow('on elsewhere');
});

test('the lock of a process that had the number of this one is taken over: a container was killed and started again', async () => {
  const folder = newFolder();
  writeFileSync(path.join(folder, 'lock'), JSON.stringify({ pid: process.pid, host: hostname() }));
  const unlock = await lockFolder(folder);
  await expect(lockFolder(folder)).rejects.toThrow('is in use');
  unlock();
});
