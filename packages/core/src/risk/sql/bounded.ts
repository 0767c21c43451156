import type { SqlToken } from './lex.ts';

/** How many rows a question may bring when it names no number itself. */
export const rowsMax = 1_000;

/** A question that brings every row of a table, without a condition or a limit: where it would say how many it wants. */
export function unboundedRead(statement: readonly SqlToken[]): { readonly end: number } | undefined {
  const words = statement.map(({ kind, value }) => (kind === 'word' || kind === 'sign' ? value : kind));
  const last = statement.at(-1);
  if (last === undefined || words[0] !== 'select' || !words.includes('from')) return undefined;
  return words.some((word) => bounds.has(word)) ? undefined : { end: last.end };
}

/** What keeps an answer small: a condition, a limit of any dialect, a sum over the rows. */
const bounds: ReadonlySet<string> = new Set([
  ...['where', 'limit', 'top', 'fetch', 'offset', 'rownum', 'qualify', 'having', 'group', 'tablesample'],
  ...['count', 'sum', 'avg', 'min', 'max', 'into', 'for', 'union', 'intersect', 'except', 'dual'],
]);
