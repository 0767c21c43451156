/** Values that a statement takes. Arrays are PostgreSQL arrays; objects are written as JSON text before, and cast from text: the engines
 * disagree about what a string is where JSON is asked for. */
export type Value = string | number | boolean | null | Uint8Array | readonly (string | number | boolean | null)[];

/** Something that takes statements: one connection in a transaction, or the database itself, a statement at a time. */
export interface Sql {
  /**
   * Runs one statement. Times come back as ISO 8601 text, `bigint` as a number, `bytea` as bytes.
   *
   * @throws DatabaseError
   */
  query<Row>(text: string, values?: readonly Value[]): Promise<readonly Row[]>;
}

/**
 * The one way to the database, whichever it is: PGlite in a folder, or a PostgreSQL. The SQL is the same.
 *
 * Statements run as the owner of the tables, who sees every organisation: for sign-in, upkeep and the like. What is done for
 * one organisation goes through `within`.
 */
export interface Db extends Sql {
  readonly engine: 'pglite' | 'postgres';
  /** All or nothing; what `work` throws undoes it. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** A transaction that sees and changes the rows of one organisation only: the database itself holds that (row security). */
  within<T>(org: string, work: (sql: Sql) => Promise<T>): Promise<T>;
  /** Calls `hear` with each payload that is notified on the channel, by whatever replica. The function given back ends it. */
  listen(channel: string, hear: (payload: string) => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** Begins what is done for one organisation: a role that row security holds to, and the organisation it may see. */
export const enterOrganisation = `select set_config('role', 'km_app', true), set_config('km.org', $1, true)`;
