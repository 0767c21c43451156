/** Where a page of a list begins: behind the last row of the page before. */
export interface Cursor {
  /** What the list is sorted by, as text. */
  readonly at: string;
  readonly id: string;
}

/** What the contract calls `after`: opaque, so that lists may come to be sorted by something else. */
export function writeCursor({ at, id }: Cursor): string {
  return Buffer.from(JSON.stringify([at, id])).toString('base64url');
}

/** Undefined for a first page, and for what is no cursor. */
export function readCursor(after: string | undefined): Cursor | undefined {
  if (after === undefined) return undefined;
  try {
    const [at, id] = JSON.parse(Buffer.from(after, 'base64url').toString()) as unknown[];
    return typeof at === 'string' && typeof id === 'string' ? { at, id } : undefined;
  } catch {
    return undefined; // Somebody made it up. They get the first page.
  }
}

/**
 * One page of rows.
 *
 * @param rows One more than the limit, where there are more.
 */
export function pageOf<Row>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (row: Row) => Cursor,
): { readonly rows: Row[]; readonly next?: string } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return rows.length > limit && last ? { rows: shown, next: writeCursor(cursorOf(last)) } : { rows: shown };
}
