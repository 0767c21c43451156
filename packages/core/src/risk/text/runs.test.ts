import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runsOf } from './runs.ts';

const aKind = 2;
const kinds = Uint8Array.from({ length: 128 }, (_, code) => (String.fromCharCode(code) === 'a' ? aKind : 1));

/** Pairs of where each long stretch of the letter a begins and ends, found by a pattern. */
function byPattern(text: string, charsMin: number): number[] {
  return [...text.matchAll(new RegExp(`a{${charsMin},}`, 'g'))].flatMap(({ 0: run, index }) => [
    index,
    index + run.length,
  ]);
}

test('it finds the stretches that a pattern finds, whatever the text and the length', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'a', 'a', 'b', 'é'), maxLength: 60 });
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 8 }), (within, charsMin) => {
      expect(runsOf(within, kinds, aKind, charsMin)).toEqual(byPattern(within, charsMin));
    }),
    { seed: 7, numRuns: 500 },
  );
});

test('a stretch at the very beginning and one at the very end are found', () => {
  expect(runsOf('aaab aaa', kinds, aKind, 3)).toEqual([0, 3, 5, 8]);
});
