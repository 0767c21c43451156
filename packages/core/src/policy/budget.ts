/** How much work one rule may make of one message. A rule that would need more has failed: its `on_failure` decides. */
const workMax = 20_000_000;

/** Characters that the regular expressions and globs of one rule may read in one message: some 20 ms, a second for the worst. */
const patternCharsMax = 1_000_000;

/** A rule asks for more work than a message is worth. */
export class TooMuchWork extends Error {
  override readonly name = 'TooMuchWork';
}

/** Counts what regular expressions read while one rule looks at one message. */
export class PatternBudget {
  #left = patternCharsMax;

  refill(): void {
    this.#left = patternCharsMax;
  }

  /** @throws TooMuchWork */
  spend(chars: number): void {
    this.#left -= chars + 16;
    if (this.#left < 0) throw new TooMuchWork('its patterns would read more than a million characters');
  }
}

/** What loops can be long over. */
export interface Extent {
  /** Members of the longest list or object. */
  readonly breadth: number;
  /** Characters of all strings. */
  readonly chars: number;
  readonly longest: number;
}

/** Walks a JSON value once; a value too deep for recursion is no trouble. */
export function extentOf(value: unknown): Extent {
  let [breadth, chars, longest] = [0, 0, 0];
  const open: unknown[] = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next === 'string') {
      chars += next.length;
      longest = Math.max(longest, next.length);
    } else if (typeof next === 'object' && next !== null) {
      const members = Object.values(next);
      breadth = Math.max(breadth, members.length);
      for (const member of members) open.push(member);
    }
  }
  return { breadth, chars, longest };
}

/** True when loops nested `loops` deep over a value of this extent stay bounded. A split text counts as a list of characters. */
export function isAffordable({ breadth, chars, longest }: Extent, loops: number, splits: boolean): boolean {
  const turns = Math.max(breadth, splits ? longest : 0, 1);
  // A turn costs as much as reading some hundred characters.
  return turns ** loops * 100 + chars * turns ** (loops - 1) <= workMax;
}
