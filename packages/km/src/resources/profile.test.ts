import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { startProfile } from './profile.ts';

test('a profile is written where it was asked for, for its owner only', async () => {
  const folder = path.join(await mkdtemp(path.join(tmpdir(), 'km-profile-')), 'new');
  const file = await (await startProfile(folder)).stop();
  expect(path.dirname(file)).toBe(folder);
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
    nodes: expect.any(Array),
    samples: expect.any(Array),
  });
  if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('a folder that cannot be made is told before the session begins', async () => {
  const file = path.join(await mkdtemp(path.join(tmpdir(), 'km-profile-')), 'file');
  await writeFile(file, '');
  await expect(startProfile(path.join(file, 'below'))).rejects.toMatchObject({ code: 'usage.bad-value' });
});
