import type { Db, Sql } from '../database/db.ts';
import { type Heading, type Line, type Table, tables } from './tables.ts';

/** Rows that are read at once. */
const pageRows = 1_000;

/**
 * Everything that the database holds, as lines of JSON: the same from either engine, for either engine. One moment: what is
 * written meanwhile is not in it. Secrets are in it as they are in the database, hashed or sealed.
 *
 * @param write Takes a line, without its newline; the next comes when it is done.
 * @param now Milliseconds since the epoch.
 * @returns How many rows there are.
 */
export function writeBackup(db: Db, write: (line: string) => Promise<void>, now: number): Promise<number> {
  return db.transaction(async (sql) => {
    await sql.query('set transaction isolation level repeatable read');
    const migrations = await sql.query<{ name: string }>('select name from migrations order by name');
    const heading: Heading = {
      kind: 'km-control-plane backup',
      version: 1,
      at: new Date(now).toISOString(),
      migrations: migrations.map(({ name }) => name),
    };
    await write(JSON.stringify(heading));
    let rows = 0;
    for (const table of tables) rows += await writeTable(sql, table, write);
    await write(JSON.stringify({ rows } satisfies Line));
    return rows;
  });
}

async function writeTable(sql: Sql, table: Table, write: (line: string) => Promise<void>): Promise<number> {
  // Not a short alias: a column of that name would be taken for the row.
  await sql.query(`declare backup no scroll cursor for select to_jsonb(whole)::text as row from ${table} whole`);
  let count = 0;
  for (;;) {
    const rows = await sql.query<{ row: string }>(`fetch ${pageRows} from backup`);
    for (const { row } of rows) await write(`{"table":"${table}","row":${row}}`);
    count += rows.length;
    if (rows.length < pageRows) break;
  }
  await sql.query('close backup');
  return count;
}
