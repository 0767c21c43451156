/** Intervals of the log, in milliseconds. Tests make them shorter. */
export interface Pace {
  /** From a record's arrival to its being written, when little arrives. */
  readonly flushMs: number;
  /** Between two looks at whether the path still leads to our segment. */
  readonly lookMs: number;
  /** An idle writer lets go of a segment that was sealed. */
  readonly idleMs: number;
  /** Between two attempts at a log that can not be written. */
  readonly retryMs: number;
  /** From rotation to compression and retention. */
  readonly maintainMs: number;
  /** From the start to the first upkeep of segments, which others may have left. */
  readonly firstUpkeepMs: number;
  /** Between two rounds of upkeep when nothing was rotated. */
  readonly upkeepMs: number;
}

/** What it is outside of tests. */
export const usualPace: Pace = {
  flushMs: 5,
  lookMs: 100,
  idleMs: 1_000,
  retryMs: 1_000,
  maintainMs: 3_000,
  firstUpkeepMs: 10_000,
  upkeepMs: 3_600_000,
};
