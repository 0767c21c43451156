/** No quantile is further than this from a value that was counted. */
const relativeError = 0.01;
const base = (1 + relativeError) / (1 - relativeError);
const perLog = 1 / Math.log(base);

/**
 * Counts durations in bins that grow by 2 %: quantiles within 1 % of a true value, in memory that does not grow with
 * their number. A microsecond to a day are some 1,250 bins, of which only those that were hit exist.
 */
export class Histogram {
  readonly #bins = new Map<number, number>();
  #count = 0;
  #sum = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = 0;

  add(value: number): void {
    const bin = Math.ceil(Math.log(Math.max(value, 1e-3)) * perLog);
    this.#bins.set(bin, (this.#bins.get(bin) ?? 0) + 1);
    this.#count++;
    this.#sum += value;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
  }

  merge(other: Histogram): void {
    for (const [bin, count] of other.#bins) this.#bins.set(bin, (this.#bins.get(bin) ?? 0) + count);
    this.#count += other.#count;
    this.#sum += other.#sum;
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
  }

  /** Undefined when nothing was counted. */
  get mean(): number | undefined {
    return this.#count === 0 ? undefined : this.#sum / this.#count;
  }

  /** The value below which the share `q` of all values lies. Undefined when nothing was counted. */
  quantile(q: number): number | undefined {
    let left = Math.max(1, Math.ceil(q * this.#count));
    for (const [bin, count] of [...this.#bins].sort(([a], [b]) => a - b)) {
      left -= count;
      if (left <= 0) return Math.min(this.#max, Math.max(this.#min, (2 * base ** bin) / (base + 1)));
    }
    return undefined;
  }
}
