import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder } from './make-folder.ts';

const place = () => mkdtempSync(path.join(tmpdir(), 'km-folder-'));

test('a folder is made with those it stands in, for this user alone, and may be there already', async () => {
  const folder = path.join(place(), 'a', 'b', 'c');
  await makeFolder(folder);
  await makeFolder(folder);
  expect([folder, path.dirname(folder)].map((made) => statSync(made).mode & 0o777)).toEqual([0o700, 0o700]);
});

test('a file in the way is an error', async () => {
  const file = path.join(place(), 'file');
  writeFileSync(file, '');
  await expect(makeFolder(path.join(file, 'below'))).rejects.toMatchObject({ code: 'ENOTDIR' });
});

test.runIf(process.platform === 'linux')('a parent that refuses is an error, and not asked for ever', async () => {
  await expect(makeFolder('/proc/km-was-here/below')).rejects.toMatchObject({ code: 'ENOENT' });
});
