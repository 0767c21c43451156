import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Histogram } from './histogram.ts';

const durations = fc.array(fc.double({ min: 0.001, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 200 });
const shares = fc.double({ min: 0, max: 1, noNaN: true });

function histogramOf(values: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of values) histogram.add(value);
  return histogram;
}

test('a quantile is within 1 % of the value at its rank', () => {
  fc.assert(
    fc.property(durations, shares, (values, q) => {
      const exact = values.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(q * values.length)) - 1] as number;
      const told = histogramOf(values).quantile(q) as number;
      expect(Math.abs(told - exact) / exact).toBeLessThanOrEqual(0.01);
    }),
  );
});

test('two merged are as one that saw all', () => {
  fc.assert(
    fc.property(durations, durations, shares, (left, right, q) => {
      const merged = histogramOf(left);
      merged.merge(histogramOf(right));
      const whole = histogramOf([...left, ...right]);
      expect([merged.count, merged.min, merged.max, merged.quantile(q)]).toEqual([
        whole.count,
        whole.min,
        whole.max,
        whole.quantile(q),
      ]);
      expect(merged.sum).toBeCloseTo(whole.sum, -1);
    }),
  );
});

test('one value is told exactly, by every quantile', () => {
  const one = histogramOf([23]);
  expect([one.quantile(0), one.quantile(0.5), one.quantile(1), one.mean]).toEqual([23, 23, 23, 23]);
});

test('nothing has no quantile and no mean', () => {
  const none = new Histogram();
  expect([none.count, none.sum, none.mean, none.min, none.max, none.quantile(0.5)]).toEqual([
    0,
    0,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test('nought and values out of range count without growing the memory', () => {
  const odd = histogramOf([0, 1e-9, 1e300]);
  expect([odd.count, odd.quantile(0.5), odd.max]).toEqual([3, 0, 1e300]);
});
