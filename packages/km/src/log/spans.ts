/** Whole numbers from `from` to `to`, both included. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What of `spans` lies outside `gone`. */
export function subtract(spans: readonly Span[], gone: Span): Span[] {
  return spans.flatMap(({ from, to }) => {
    if (gone.to < from || gone.from > to) return [{ from, to }];
    const before = { from, to: gone.from - 1 };
    const after = { from: gone.to + 1, to };
    return [before, after].filter((span) => span.from <= span.to);
  });
}

/** How many numbers lie in `spans`, which do not overlap. */
export function total(spans: readonly Span[]): number {
  return spans.reduce((sum, { from, to }) => sum + to - from + 1, 0);
}
