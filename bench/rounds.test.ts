import { expect, test } from 'vitest';
import type { Candidate } from './candidates.ts';
import { figures, inRounds, median } from './rounds.ts';

const candidate = (name: string, aside = false): Candidate => ({
  name,
  about: '',
  km: false,
  aside,
  huge: false,
  launch: () => ({ command: [], env: {} }),
});

test('the median of an even count lies between the middle two', () => {
  expect(median([9, 1, 3])).toBe(3);
  expect(median([4, 1, 3, 10])).toBe(3.5);
});

test('candidates take turns, round by round', async () => {
  const order: string[] = [];
  await inRounds([candidate('a'), candidate('b')], 2, async ({ name }) => {
    order.push(name);
    return {};
  });
  expect(order).toEqual(['a', 'b', 'a', 'b']);
});

test('what no goal is about takes part in the first third of the rounds', async () => {
  const order: string[] = [];
  await inRounds([candidate('a'), candidate('b', true)], 4, async ({ name }) => {
    order.push(name);
    return {};
  });
  expect(order).toEqual(['a', 'b', 'a', 'b', 'a', 'a']);
});

test('a ratio to what ran in fewer rounds is taken from the rounds of both', () => {
  const samples = new Map([
    ['jq', [{ s: 10 }]],
    ['km (node)', [{ s: 2 }, { s: 30 }, { s: 30 }]],
  ]);
  const [, km] = figures(samples, 's', 'statistics of a log', 's', 'jq');
  expect(km?.ratio).toBe(0.2);
});

test('a ratio is taken within each round, so that a slow spell of the machine does not count', () => {
  const samples = new Map([
    ['relay', [{ ms: 10 }, { ms: 100 }, { ms: 20 }]],
    ['km (node)', [{ ms: 15 }, { ms: 150 }, { ms: 30 }]],
  ]);
  const [, km] = figures(samples, 'ms', 'first answer', 'ms');
  expect(km).toEqual({
    measure: 'first answer',
    candidate: 'km (node)',
    unit: 'ms',
    median: 30,
    ratio: 1.5,
    overBase: 10,
    overDirect: undefined,
    rounds: [15, 150, 30],
  });
});
