import { expect, test } from 'vitest';
import { distance, nearest } from './nearest.ts';

test('a slip of typing finds the word that was meant', () => {
  const words = ['monitor', 'logs', 'logs verify', 'stats', 'clear-logs', 'config'];
  const found = ['mointor', 'lgos', 'log', 'stat', 'clear-log', 'Config', 'logs verfy'].map((word) =>
    nearest(word, words),
  );
  expect(found).toEqual(['monitor', 'logs', 'logs', 'stats', 'clear-logs', 'config', 'logs verify']);
});

test('a word that is near to nothing suggests nothing', () => {
  expect(nearest('deploy', ['monitor', 'logs', 'stats'])).toBeUndefined();
  expect(nearest('x', ['logs'])).toBeUndefined();
  expect(nearest('', ['logs'])).toBeUndefined();
});

test('swapped neighbours are one slip, not two', () => {
  expect([distance('ab', 'ba'), distance('kitten', 'sitting'), distance('', 'abc'), distance('abc', 'abc')]).toEqual([
    1, 3, 3, 0,
  ]);
});
