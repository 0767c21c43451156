import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createKeywords } from './keywords.ts';

function groupsIn(text: string, groups: readonly (readonly string[])[]): number[] {
  const found: number[] = [];
  createKeywords(groups).find(text, (group) => found.push(group));
  return found.sort((a, b) => a - b);
}

test('a group is hit by any of its words, once, and the others are not', () => {
  expect(groupsIn('sudo rm -rf /; rm -rf ~', [['rm -rf', 'mkfs'], ['drop table'], ['sudo']])).toEqual([0, 2]);
});

test('words that overlap, begin alike or stand within each other are all found', () => {
  expect(groupsIn('ushers', [['he'], ['she'], ['his'], ['hers'], ['us']])).toEqual([0, 1, 3, 4]);
});

test('characters beyond ASCII end a word and do no harm', () => {
  expect(groupsIn('dröp täble drop', [['drop'], ['drp'], ['table']])).toEqual([0]);
});

test('it finds what a search for each word finds, whatever the words and the text', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', '_'), minLength: 1, maxLength: 4 });
  const groups = fc.array(fc.array(word, { maxLength: 4 }), { maxLength: 5 });
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '_', 'é'), maxLength: 40 });
  fc.assert(
    fc.property(groups, text, (words, within) => {
      const expected = words.flatMap((group, index) => (group.some((one) => within.includes(one)) ? [index] : []));
      expect(groupsIn(within, words)).toEqual(expected);
    }),
    { seed: 7, numRuns: 500 },
  );
});

test('a word is found however the text is wrapped', () => {
  const words = [['do not tell'], [' ai '], ['tell the'], ['dont']];
  expect(groupsIn('please do\n\tnot  tell\r\n   the  ai  , do nt', words)).toEqual([0, 1, 2]);
});

test('each place of a word is told by where it ends', () => {
  const found: [number, number][] = [];
  createKeywords([['he', 'hers'], ['she']]).findAll('ushers, he', (group, end) => found.push([group, end]));
  expect(found).toEqual([
    [1, 4],
    [0, 4],
    [0, 6],
    [0, 10],
  ]);
});

test('a word that could never be found is refused', () => {
  expect(() => createKeywords([['Drop']])).toThrow(/"Drop" is not lower-case ASCII/);
  expect(() => createKeywords([['']])).toThrow(/not lower-case ASCII/);
});
