/** One reason to think that a value is meant to be run. */
export interface Signal {
  readonly weight: number;
  readonly rule: string;
  readonly reason: string;
}

export type SignalRow = readonly [pattern: RegExp, weight: number, rule: string, reason: string];

/** One signal for each row that a text matches. */
export function signalsOf(rows: readonly SignalRow[], text: string): Signal[] {
  return rows.flatMap(([pattern, weight, rule, reason]) => (pattern.test(text) ? [{ weight, rule, reason }] : []));
}
