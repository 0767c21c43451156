/** Each bin ends 6 % above its beginning, so that its middle is within 3 % of all that falls into it. */
const growth = 1.06;
const logGrowth = Math.log(growth);
const middle = (2 * growth) / (1 + growth);

/** A microsecond: what is shorter counts as one. Durations are milliseconds. */
const smallest = 1e-3;

/** The bin that a duration falls into; a small whole number. */
export function binOf(ms: number): number {
  return Math.floor(Math.log(Math.max(ms, smallest)) / logGrowth);
}

/**
 * The duration that the share `q` of all does not exceed, within 3 %.
 *
 * @param bins How many fell into each bin, in ascending order of bins.
 * @returns null where there were none.
 */
export function quantile(bins: readonly (readonly [bin: number, n: number])[], q: number): number | null {
  const total = bins.reduce((sum, [, n]) => sum + n, 0);
  let left = Math.max(1, Math.ceil(q * total));
  for (const [bin, n] of bins) {
    left -= n;
    if (left <= 0) return Number((growth ** bin * middle).toPrecision(4));
  }
  return null;
}
