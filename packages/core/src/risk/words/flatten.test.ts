import { expect, test } from 'vitest';
import { flatten } from './flatten.ts';

test('lines are joined and paragraphs kept apart', () => {
  expect(flatten('read\n    the file\n\n  then go').text).toBe('read the file\nthen go');
});

test('each place leads back to the same word', () => {
  const text = 'one  two\n\t three\r\n\r\n  four five';
  const flat = flatten(text);
  for (const word of ['one', 'two', 'three', 'four', 'five']) {
    const at = flat.at(flat.text.indexOf(word));
    expect(text.slice(at, at + word.length)).toBe(word);
  }
});

test('a text without line breaks stays as it is', () => {
  const flat = flatten('one two');
  expect([flat.text, flat.at(4)]).toEqual(['one two', 4]);
});

test('space of any kind is space, and only an empty line parts paragraphs', () => {
  expect(flatten('a\u00a0 b\tc \r\n \n d\n\ne').text).toBe('a b c \nd\ne');
});
