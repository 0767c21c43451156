/** The candidate that is the fewest slips of typing away, or undefined when none is near enough to be meant. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  // A third of the letters may be wrong: `mointor` is `monitor`, `x` is nothing.
  let allowed = Math.floor(word.length / 3) + (word.length > 1 ? 1 : 0);
  for (const candidate of candidates) {
    const slips = distance(word.toLowerCase(), candidate.toLowerCase());
    if (slips > allowed || (slips === allowed && best !== undefined)) continue;
    best = candidate;
    allowed = slips;
  }
  return best;
}

/** Damerau–Levenshtein: letters added, dropped, exchanged, or swapped with their neighbour. */
export function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= a.length; row++) rows.push(nextRow(a, b, row, rows));
  return rows[a.length]?.[b.length] ?? 0;
}

function nextRow(a: string, b: string, row: number, rows: readonly number[][]): number[] {
  const line = [row];
  const above = rows[row - 1] ?? [];
  for (let column = 1; column <= b.length; column++) {
    const exchanged = (above[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
    const steps = [exchanged, (above[column] ?? 0) + 1, (line[column - 1] ?? 0) + 1];
    const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
    if (swapped) steps.push((rows[row - 2]?.[column - 2] ?? 0) + 1);
    line.push(Math.min(...steps));
  }
  return line;
}
