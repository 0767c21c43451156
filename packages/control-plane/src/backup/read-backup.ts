import type { Db, Sql } from '../database/db.ts';
import { migrations } from '../database/migrations.ts';
import { createEventPartition } from '../queries/create-event-partition.ts';
import { type Heading, type Line, numbered, type Table, tables } from './tables.ts';

const pageRows = 500;

/** The file is no backup, is not whole, or cannot be brought in here. */
export class BackupError extends Error {}

/**
 * Brings a backup into an empty database whose schema is up to date. All or nothing.
 *
 * @returns How many rows there are.
 * @throws BackupError
 */
export function readBackup(db: Db, lines: AsyncIterable<string>): Promise<number> {
  return db.transaction(async (sql) => {
    await refuseUnlessEmpty(sql);
    const reader = new Reader(sql);
    for await (const line of lines) await reader.take(line);
    return reader.end();
  });
}

async function refuseUnlessEmpty(sql: Sql): Promise<void> {
  const rows = await sql.query('select from organisations limit 1');
  if (rows.length > 0) throw new BackupError('The database is not empty. A backup is brought into a new one.');
}

class Reader {
  readonly #sql: Sql;
  readonly #days = new Set<string>();
  #begun = false;
  #told: number | undefined;
  #rows = 0;
  #table: Table | undefined;
  #page: string[] = [];

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  async take(line: string): Promise<void> {
    const read = parse(line);
    if (!this.#begun) {
      refuseUnlessKnown(read as Heading);
      this.#begun = true;
      return;
    }
    const { table, row, rows } = read as { table?: Table; row?: unknown; rows?: number };
    if (rows !== undefined) this.#told = rows;
    if (table === undefined) return;
    if (!tables.includes(table)) throw new BackupError(`There is no table ${String(table).slice(0, 60)}.`);
    if (table !== this.#table || this.#page.length >= pageRows) await this.#flush();
    this.#table = table;
    // Transactions are numbered anew here. Those of before are all over: a live feed is not to tell them as new later.
    this.#page.push(JSON.stringify(table === 'events' ? { ...(row as object), tx: 0 } : row));
    if (table === 'events') await this.#makeDay(String((row as { day?: unknown }).day));
  }

  async end(): Promise<number> {
    await this.#flush();
    if (this.#told !== this.#rows) {
      throw new BackupError(
        `The backup is not whole: it has ${this.#rows} rows, and should have ${this.#told ?? 'an end'}.`,
      );
    }
    for (const [table, column] of Object.entries(numbered)) {
      await this.#sql.query(
        `select setval(pg_get_serial_sequence('${table}', '${column}'), greatest((select max(${column}) from ${table}), 1))`,
      );
    }
    return this.#rows;
  }

  async #makeDay(day: string): Promise<void> {
    if (this.#days.has(day)) return;
    await createEventPartition(this.#sql, day);
    this.#days.add(day);
  }

  async #flush(): Promise<void> {
    const table = this.#table;
    if (table === undefined || this.#page.length === 0) return;
    await this.#sql.query(
      `insert into ${table} overriding system value
       select r.* from unnest($1::text[]) as p (line), jsonb_populate_record(null::${table}, p.line::jsonb) r`,
      [this.#page],
    );
    this.#rows += this.#page.length;
    this.#page = [];
  }
}

function parse(line: string): Heading | Line {
  try {
    return JSON.parse(line) as Heading | Line; // What it is not is refused where it is used.
  } catch (cause) {
    throw new BackupError('A line of the backup is not JSON: it was changed, or is not whole.', { cause });
  }
}

function refuseUnlessKnown({ kind, version, migrations: steps = [] }: Heading): void {
  if (kind !== 'km-control-plane backup') throw new BackupError('The file is no backup of a control plane.');
  const known = new Set(migrations.map(({ name }) => name));
  const newer = steps.filter((step) => !known.has(step));
  if (version !== 1 || newer.length > 0)
    throw new BackupError('The backup is from a newer control plane. Update this one.');
}
