import { expect, test } from 'vitest';
import { fit } from './printable.ts';
import { counted, duration, size } from './units.ts';

test.each([
  [0, '0 ms'],
  [0.44, '0.4 ms'],
  [9.99, '10 ms'],
  [61.2, '61 ms'],
  [999.4, '999 ms'],
  [999.6, '1 s'],
  [1234, '1.2 s'],
  [3_725_000, '3,725 s'],
])('%d ms reads %s', (ms, text) => expect(duration(ms)).toBe(text));

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1 kB'],
  [1_234_567, '1.2 MB'],
  [999_600, '1 MB'],
  [2e15, '2,000 TB'],
])('%d bytes read %s', (bytes, text) => expect(size(bytes)).toBe(text));

test('one is singular and thousands are grouped', () => {
  expect([counted(1, 'error'), counted(0, 'error'), counted(1_234_567, 'error')]).toEqual([
    '1 error',
    '0 errors',
    '1,234,567 errors',
  ]);
});

test.each([
  ['abc', 3, 'abc'],
  ['abcd', 3, 'ab…'],
  ['日本語', 6, '日本語'],
  ['日本語', 5, '日本…'],
  ['日本語', 4, '日…'],
  ['abc', 1, '…'],
  ['abc', 0, ''],
])('%s fits into %d columns as %s', (text, columns, cut) => expect(fit(text, columns)).toBe(cut));
