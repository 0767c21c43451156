/** Each bin ends 2 % above its beginning, so that its middle is within 1 % of all that falls into it. */
const growth = 1.02;
const logGrowth = Math.log(growth);
const middle = (2 * growth) / (1 + growth);

/** What is counted apart from nought, and at most: from a microsecond to 31 years, when the unit is milliseconds. */
const smallest = 1e-3;
const largest = 1e12;

/**
 * Counts values of any size and tells their quantiles to within 1 %, in memory that does not grow with their number:
 * at most 1,750 bins, and only those that something fell into.
 *
 * Values below a thousandth count as nought.
 */
export class Histogram {
  readonly #bins = new Map<number, number>();
  #count = 0;
  #sum = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  get count(): number {
    return this.#count;
  }

  get sum(): number {
    return this.#sum;
  }

  /** Undefined while nothing was added; exact, like `min` and `max`. */
  get mean(): number | undefined {
    return this.#count === 0 ? undefined : this.#sum / this.#count;
  }

  get min(): number | undefined {
    return this.#count === 0 ? undefined : this.#min;
  }

  get max(): number | undefined {
    return this.#count === 0 ? undefined : this.#max;
  }

  /** @param value Not negative: a duration or a size. */
  add(value: number): void {
    const bin = binOf(value);
    this.#bins.set(bin, (this.#bins.get(bin) ?? 0) + 1);
    this.#count += 1;
    this.#sum += value;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
  }

  /**
   * The smallest value that the share `q` of all values does not exceed: `quantile(0.95)` is p95.
   *
   * @param q From 0 to 1.
   */
  quantile(q: number): number | undefined {
    if (this.#count === 0) return undefined;
    const rank = Math.max(1, Math.ceil(q * this.#count));
    let seen = 0;
    for (const [bin, count] of [...this.#bins].sort(([a], [b]) => a - b)) {
      seen += count;
      if (seen >= rank) return Math.min(Math.max(middleOf(bin), this.#min), this.#max);
    }
    return this.#max;
  }

  /** Adds what another histogram has counted, as if its values had come here. */
  merge(other: Histogram): void {
    for (const [bin, count] of other.#bins) this.#bins.set(bin, (this.#bins.get(bin) ?? 0) + count);
    this.#count += other.#count;
    this.#sum += other.#sum;
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
  }
}

/** Bin 0 is for nought. */
function binOf(value: number): number {
  if (value < smallest) return 0;
  return 1 + Math.floor(Math.log(Math.min(value, largest) / smallest) / logGrowth);
}

function middleOf(bin: number): number {
  return bin === 0 ? 0 : smallest * growth ** (bin - 1) * middle;
}
