import { expect, test } from 'vitest';
import {
  passesLuhn,
  passesMod11And10,
  passesMod97,
  passesVerhoeff,
  passesWeights,
  startsWithDate,
} from './check-digits.ts';

test.each([
  ['Luhn', passesLuhn, '4111 1111 1111 1111'],
  ['mod 97', passesMod97, 'GB82 WEST 1234 5698 7654 32'],
  ['mod 11,10', passesMod11And10, '86095742719'],
  ['Verhoeff', passesVerhoeff, '236'],
  ['weights', (text: string) => passesWeights(text, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1], 10), '44051401359'],
] as const)('%s takes a right number, and none with another last digit', (_, passes, number) => {
  const others = Array.from({ length: 10 }, (_, digit) => number.slice(0, -1) + digit);
  expect(others.filter((other) => passes(other))).toEqual([number]);
});

test('a date has a month and a day of it', () => {
  expect(['990231', '991332', '000100', '960229', '961231'].map(startsWithDate)).toEqual([
    false,
    false,
    false,
    true,
    true,
  ]);
});
