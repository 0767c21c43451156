/** Every table that a backup holds, those that others refer to first. What only lasts minutes is left out. */
export const tables = [
  'organisations',
  'users',
  'members',
  'api_keys',
  'refresh_tokens',
  'signing_keys',
  'policies',
  'audit',
  'dimensions',
  'events',
  'runs',
  'findings',
  'rollups',
  'latencies',
  'quotas',
] as const;
export type Table = (typeof tables)[number];

/** Columns that the database numbers itself: their numbers are kept, and counting goes on behind them. */
export const numbered: Readonly<Partial<Record<Table, string>>> = { events: 'seq', dimensions: 'id' };

/** First line of a backup. */
export interface Heading {
  readonly kind: 'km-control-plane backup';
  readonly version: 1;
  readonly at: string;
  /** Steps of the schema that the rows were written for. */
  readonly migrations: readonly string[];
}

/** Each further line: a row of a table, as PostgreSQL writes it as JSON; the last line counts them. */
export type Line = { readonly table: Table; readonly row: unknown } | { readonly rows: number };
