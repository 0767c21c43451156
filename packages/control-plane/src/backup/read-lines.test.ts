import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { BackupError } from './read-backup.ts';
import { linesOf } from './read-lines.ts';

const lines = Array.from({ length: 20_000 }, (_, index) => `line ${index} é`);

function fileOf(bytes: Uint8Array): string {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'km-lines-')), 'backup.gz');
  writeFileSync(file, bytes);
  return file;
}

async function all(file: string): Promise<string[]> {
  const found: string[] = [];
  const read = linesOf(file);
  // Whoever reads may have to open a database first.
  for (let round = 0; round < 100; round++) await turn();
  for await (const line of read) found.push(line);
  return found;
}

test('every line is read, however late somebody begins', async () => {
  expect(await all(fileOf(gzipSync(`${lines.join('\n')}\n`)))).toEqual(lines);
  expect(await all(fileOf(gzipSync(lines.join('\n'))))).toEqual(lines);
});

test.each([
  ['is not there', '/no/such/backup.gz'],
  ['is cut off', fileOf(gzipSync(lines.join('\n')).subarray(0, 10_000))],
  ['is not compressed', fileOf(Buffer.from('plain'))],
])('a file that %s is told', async (_, file) => {
  await expect(all(file)).rejects.toThrow(BackupError);
});
