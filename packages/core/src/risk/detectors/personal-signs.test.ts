import { expect, test } from 'vitest';
import { personalSigns, personalSignsIn } from './personal-signs.ts';

const { at, number, code, longWord } = personalSigns;

test.each([
  ['nothing of the kind, 12 of 345', 0],
  ['mail ann@example.org', at],
  ['call 030 1234', number],
  ['on 2024-01-15', number],
  ['12.5 of 1999', 0],
  ['12 . 99', 0],
  ['the ticket ABCDEF85T10A', code],
  [`a word of ${'x'.repeat(25)}`, longWord],
  ['0123456789', number | code],
])('%s', (text, signs) => {
  expect(personalSignsIn(text)).toBe(signs);
});
