import { appendFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { call, chain, temporaryFolder, text } from '../../test/chain.ts';
import { LineSplitter } from './line-splitter.ts';
import { closeSegments, openSegments, readLog, readSegment } from './read.ts';

async function methodsOf(file: string): Promise<{ readonly seqs: number[]; readonly skipped: object }> {
  const seqs: number[] = [];
  const skipped = await readLog(file, { onRecord: (line) => void seqs.push(line.number('seq') as number) });
  return { seqs, skipped };
}

/** Pieces of the given lengths, and the rest. */
function cutAt(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  let at = 0;
  for (const length of lengths) {
    pieces.push(bytes.subarray(at, at + length));
    at += length;
  }
  return [...pieces, bytes.subarray(at)];
}

test('a log cut into pieces in any way gives the same lines', () => {
  const line = fc.string({ unit: fc.constantFrom('a', 'é', '\r', ' '), maxLength: 12 });
  fc.assert(
    fc.property(fc.array(line), fc.boolean(), fc.array(fc.nat(8)), (lines, isEnded, cuts) => {
      const bytes = Buffer.from(lines.join('\n') + (isEnded ? '\n' : ''));
      const seen: string[] = [];
      const splitter = new LineSplitter((buffer, from, to) => void seen.push(buffer.toString('utf8', from, to)));
      for (const piece of cutAt(bytes, cuts)) splitter.push(piece);
      const rest = splitter.rest()?.toString('utf8');
      expect([...seen, ...(rest === undefined ? [] : [rest])].join('\n')).toBe(
        bytes.toString('utf8').replace(/\n$/, ''),
      );
    }),
  );
});

test('a search shows the lines that hold the text, each once, however the log is cut', () => {
  const line = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 });
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat(8)), (lines, cuts) => {
      const bytes = Buffer.from(text(lines));
      const seen: string[] = [];
      const needles = [Buffer.from('ab'), Buffer.from('cc')];
      const splitter = new LineSplitter(
        (buffer, from, to) => void seen.push(buffer.toString('utf8', from, to)),
        needles,
      );
      for (const piece of cutAt(bytes, cuts)) splitter.push(piece);
      expect(seen).toEqual(lines.filter((each) => each.includes('ab') || each.includes('cc')));
    }),
  );
});

test('a line too long to keep is shown once, by its beginning, and the next ones are whole', () => {
  const seen: number[] = [];
  const splitter = new LineSplitter((_buffer, from, to) => void seen.push(to - from), undefined, 1_000_000);
  splitter.push(Buffer.from(`ab\n${'x'.repeat(5_000_000)}\nabc\n`));
  expect([seen.length, seen[0], seen[2]]).toEqual([3, 2, 3]);
});

test('segments are read oldest first, compressed ones too, and what is no record is counted', async () => {
  const file = path.join(temporaryFolder(), 'mcp_proxy.log');
  const run = chain('a');
  const lines = Array.from({ length: 8 }, (_, index) => call(run, 2 * index + 1)).flat();
  writeFileSync(file.replace('.log', '.20261122T080000000Z.aaaaaaaa.log.gz'), gzipSync(text(lines.slice(0, 4))));
  writeFileSync(file.replace('.log', '.20261122T090000000Z.aaaaaaaa.log'), text([...lines.slice(4, 8), '{"v":1,"ts"']));
  const odd = ['', 'plain text', '{"v":9,"kind":"x"}', `${lines[8]}\r`, ...lines.slice(9)];
  writeFileSync(file, `${text(odd)}{"v":1,"ts":"2026`);
  const { seqs, skipped } = await methodsOf(file);
  expect(seqs).toEqual(Array.from({ length: 16 }, (_, index) => index + 1));
  expect(skipped).toEqual({ foreign: 3, unknownVersion: 1 });
});

test('a last record without newline counts', async () => {
  const file = path.join(temporaryFolder(), 'mcp_proxy.log');
  writeFileSync(file, call(chain('a'), 1).join('\n'));
  expect((await methodsOf(file)).seqs).toEqual([1, 2]);
});

test('a segment that is rotated and replaced while it is open is read to its end, and nothing else', async () => {
  const file = path.join(temporaryFolder(), 'mcp_proxy.log');
  const run = chain('a');
  writeFileSync(file, text(call(run, 1)));
  const segments = await openSegments(file, 0);
  renameSync(file, `${file}.1`);
  writeFileSync(file, text(call(run, 3)));
  const seqs: number[] = [];
  for (const segment of segments)
    await readSegment(
      segment,
      { onRecord: (line) => void seqs.push(line.number('seq') as number) },
      { foreign: 0, unknownVersion: 0 },
    );
  await closeSegments(segments);
  expect(seqs).toEqual([1, 2]);
});

test('what is written while a reading goes on is left for the next one', async () => {
  const file = path.join(temporaryFolder(), 'mcp_proxy.log');
  const run = chain('a');
  writeFileSync(file, text(call(run, 1)));
  const seqs: number[] = [];
  await readLog(file, {
    onRecord: (line) => {
      seqs.push(line.number('seq') as number);
      appendFileSync(file, text(call(run, 3)));
    },
  });
  expect(seqs).toEqual([1, 2]);
});

test('segments last written before the time asked for are not opened', async () => {
  const file = path.join(temporaryFolder(), 'mcp_proxy.log');
  const run = chain('a');
  writeFileSync(`${file}.1`, text(call(run, 1)));
  utimesSync(`${file}.1`, 1_000, 1_000);
  writeFileSync(file, text(call(run, 3)));
  const seqs: number[] = [];
  await readLog(file, { onRecord: (line) => void seqs.push(line.number('seq') as number) }, 2_000_000);
  expect(seqs).toEqual([3, 4]);
});

test('no log is an empty log', async () => {
  expect(await methodsOf(path.join(temporaryFolder(), 'none', 'mcp_proxy.log'))).toEqual({
    seqs: [],
    skipped: { foreign: 0, unknownVersion: 0 },
  });
});
