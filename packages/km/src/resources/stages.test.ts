import { expect, test } from 'vitest';
import { createStages } from './stages.ts';

test('each stage counts its own time, without the stages inside it', () => {
  let ms = 0;
  const spend = (more: number) => {
    ms += more;
  };
  const stages = createStages(() => ms);
  stages.time('watch', () => {
    spend(1);
    stages.time('log', () => spend(4));
    stages.time('log', () => spend(2));
  });
  expect(() =>
    stages.time('parse', () => {
      spend(2);
      throw new Error('bad');
    }),
  ).toThrow('bad');
  expect(stages.report()).toEqual([
    'log                 6.0 ms          2 times   3000.0 µs each',
    'parse               2.0 ms          1 times   2000.0 µs each',
    'watch               1.0 ms          1 times   1000.0 µs each',
  ]);
});
