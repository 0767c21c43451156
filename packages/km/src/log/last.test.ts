import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { call, chain, temporaryFolder, text } from '../../test/chain.ts';
import { lastLineEnd, lastRecords } from './last.ts';
import { closeSegments, openSegments } from './read.ts';
import type { RecordLine } from './record-line.ts';

const run = chain('a');
const lines = Array.from({ length: 4_500 }, (_, index) => call(run, 2 * index + 1)).flat();

async function last(file: string, count: number, fits: (line: RecordLine) => boolean): Promise<number[]> {
  const segments = await openSegments(file, 0);
  const found = await lastRecords(segments, count, fits, {}, { foreign: 0, unknownVersion: 0 });
  await closeSegments(segments);
  return found.map((bytes) => JSON.parse(bytes.toString()).seq);
}

test('the last records are found however far back they are, whole and in order', async () => {
  const file = path.join(temporaryFolder(), 'mcp_proxy.log');
  writeFileSync(`${file}.1.gz`, gzipSync(text(lines.slice(0, 1_000))));
  writeFileSync(file, text(lines.slice(1_000)));
  expect(text(lines.slice(1_000)).length).toBeGreaterThan(2_500_000);
  expect(await last(file, 3, () => true)).toEqual([8_998, 8_999, 9_000]);
  const isRare = (line: RecordLine): boolean => (line.number('seq') as number) % 700 === 0;
  expect(await last(file, 9, isRare)).toEqual([2_800, 3_500, 4_200, 4_900, 5_600, 6_300, 7_000, 7_700, 8_400]);
  expect(await last(file, 12, isRare)).toEqual(Array.from({ length: 12 }, (_, index) => 700 * (index + 1)));
  expect(await last(file, 5_000, () => true)).toEqual(Array.from({ length: 5_000 }, (_, index) => 4_001 + index));
  expect(await last(file, 0, () => true)).toEqual([]);
});

test('the end of the last whole line is found behind a long unfinished one', async () => {
  const file = path.join(temporaryFolder(), 'mcp_proxy.log');
  for (const [content, end] of [
    ['a\nbc\n', 5],
    ['a\nbc', 2],
    [`ab\n${'x'.repeat(200_000)}`, 3],
    ['abc', 0],
    ['', 0],
  ] as const) {
    writeFileSync(file, content);
    const [segment] = await openSegments(file, 0);
    if (!segment) throw new Error('The log is there.');
    expect(await lastLineEnd(segment)).toBe(end);
    await segment.handle.close();
  }
});
