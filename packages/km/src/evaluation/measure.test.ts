import { expect, test } from 'vitest';
import { measureGroups, measureSurfaces, type Scored, thresholdFor } from './measure.ts';

const row = (isAttack: boolean, score: number, source = 'here'): Scored => ({
  surface: 'sql',
  source,
  category: 'any',
  isAttack,
  score,
});

test('a threshold lets through no more false alarms than it was asked for', () => {
  const ordinary = Array.from({ length: 200 }, (_, index) => row(false, index / 1_000));
  const threshold = thresholdFor(ordinary, 0.01);
  expect(ordinary.filter(({ score }) => score >= threshold)).toHaveLength(2);
});

test('a score of nothing is never an alarm', () => {
  expect(thresholdFor([row(false, 0), row(false, 0)], 0.5)).toBeGreaterThan(0);
});

test('precision, recall and false alarms are shares of what there was', () => {
  const [figures] = measureSurfaces([row(true, 0.9), row(true, 0.1), row(false, 0.5), row(false, 0)]);
  expect(figures).toEqual({
    surface: 'sql',
    attacks: 2,
    ordinary: 2,
    precision: 0.5,
    recall: 0.5,
    recallAt1Percent: 0.5,
    recallAt01Percent: 0.5,
    reviewedOrdinary: 0.5,
    blockedOrdinary: 0,
  });
});

test('each group is measured with the threshold of its surface', () => {
  const figures = measureGroups([row(true, 0.9, 'a'), row(true, 0.2, 'b'), row(false, 0.3)], ({ source }) => source);
  expect(figures.map(({ group, at1Percent }) => [group, at1Percent])).toEqual([
    ['a', 1],
    ['b', 0],
    ['here', 0],
  ]);
});
