import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Framing, type Line } from './framing.ts';

function lines(chunks: readonly Uint8Array[], maxBytes = 1_000): Line[] {
  const framing = new Framing(maxBytes);
  const found: Line[] = [];
  for (const chunk of chunks) framing.push(chunk, (line) => found.push(line));
  framing.end((line) => found.push(line));
  return found;
}

const text = ({ head }: Line) => Buffer.from(head).toString('latin1');

test('however a stream is cut, the lines are those of the whole', () => {
  const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => array.map((byte) => (byte % 5 === 0 ? 10 : byte)));
  fc.assert(
    fc.property(bytes, fc.array(fc.nat(300)), (stream, cuts) => {
      const places = [0, ...cuts.map((cut) => cut % (stream.length + 1)).sort((a, b) => a - b), stream.length];
      const chunks = places.slice(1).map((end, i) => Buffer.from(stream.subarray(places[i], end)));
      const whole = Buffer.from(stream).toString('latin1').split('\n');
      if (whole.at(-1) === '') whole.pop();
      expect(lines(chunks).map(text)).toEqual(whole);
    }),
    { numRuns: 2_000 },
  );
});

test('of a line too long to be kept the ends are kept, and its length', () => {
  const long = Buffer.alloc(200_000, 'a').fill('b', 199_000);
  const chunks = [0, 1, 2, 3].map((i) => long.subarray(i * 50_000, (i + 1) * 50_000));
  const [line, next] = lines([...chunks, Buffer.from('\nnext\n')], 100_000);
  expect([line?.bytes, line?.head.length, line?.tail?.length]).toEqual([200_000, 65_536, 4_096]);
  expect(Buffer.from(line?.tail ?? []).toString()).toBe(long.subarray(-4_096).toString());
  expect(next && text(next)).toBe('next');
});

test('a line of exactly the longest length is kept whole', () => {
  const [line] = lines([Buffer.from(`${'x'.repeat(1_000)}\n`)]);
  expect([line?.bytes, line?.head.length, line?.tail]).toEqual([1_000, 1_000, undefined]);
});
