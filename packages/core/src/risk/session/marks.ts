import type { Fact, FactOf } from './fact.ts';

/** Where a marked value came from. */
export interface Origin {
  readonly of: 'secret' | 'untrusted';
  readonly server: string;
  readonly tool: string;
  readonly at: number;
}

/** As long is a value known after it was last seen. */
export const markLifeMs = 24 * 3_600_000;
/** The oldest make way: some two megabytes. */
const marksMax = 20_000;

/** Keyed hashes of values from secret or untrusted sources, with where they came from. The values are nowhere. */
export class Marks {
  /** Oldest first. */
  readonly #origins = new Map<string, Origin>();

  get size(): number {
    return this.#origins.size;
  }

  add({ marks, of, server, tool, at }: FactOf<'marks'>): void {
    const origin: Origin = { of, server, tool, at };
    for (const mark of marks) this.#set(mark, origin);
    for (const oldest of this.#origins.keys()) {
      if (this.#origins.size <= marksMax) return;
      this.#origins.delete(oldest);
    }
  }

  find(mark: string, now: number): Origin | undefined {
    const origin = this.#origins.get(mark);
    return origin !== undefined && now - origin.at < markLifeMs ? origin : undefined;
  }

  /** Drops what was marked before a time. */
  forget(before: number): void {
    for (const [mark, { at }] of this.#origins) if (at < before) this.#origins.delete(mark);
  }

  snapshot(now: number): Fact[] {
    const groups = new Map<Origin, string[]>();
    for (const [mark, origin] of this.#origins) {
      if (now - origin.at >= markLifeMs) continue;
      const group = groups.get(origin);
      if (group) group.push(mark);
      else groups.set(origin, [mark]);
    }
    return [...groups].map(([origin, marks]) => ({ kind: 'marks', ...origin, marks }));
  }

  /** A secret stays one when it is seen again in a page from the web. */
  #set(mark: string, origin: Origin): void {
    const before = this.#origins.get(mark);
    const kept = before?.of === 'secret' && origin.of === 'untrusted' ? before : origin;
    this.#origins.delete(mark);
    this.#origins.set(mark, kept);
  }
}
