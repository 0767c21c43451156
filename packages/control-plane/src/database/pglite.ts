import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { type Db, enterOrganisation, type Sql, type Value } from './db.ts';
import { lockFolder } from './lock-folder.ts';

const int8 = 20;
const timestamptz = 1184;
const parsers = { [int8]: Number, [timestamptz]: (text: string) => new Date(text).toISOString() };

interface Folder {
  /** Where the database is kept; undefined keeps it in memory. */
  readonly folder: string | undefined;
  /** A dump of an empty database, gzip: loading it takes a third of the time that making one does. */
  readonly template?: string;
}

/**
 * Opens the embedded database, and holds a lock on its folder: a second process would open it without a word, and ruin it.
 *
 * @throws Error when another process has it.
 */
export async function openPglite({ folder, template }: Folder): Promise<Db> {
  const unlock = folder === undefined ? () => {} : await lockFolder(folder);
  try {
    const lite = await open(folder, template);
    return dbOf(lite, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

async function open(folder: string | undefined, template: string | undefined): Promise<PGlite> {
  const dataDir = folder === undefined ? undefined : path.join(folder, 'pgdata');
  const fresh = dataDir === undefined || !existsSync(dataDir);
  if (dataDir !== undefined) await mkdir(path.dirname(dataDir), { recursive: true, mode: 0o700 });
  const loadDataDir =
    fresh && template !== undefined && existsSync(template) ? new Blob([readFileSync(template)]) : undefined;
  return PGlite.create({
    ...(dataDir !== undefined && { dataDir }),
    ...(loadDataDir && { loadDataDir }),
    parsers,
  });
}

/** A dump of an empty database: what `template` takes. */
export async function makeTemplate(): Promise<Uint8Array> {
  const lite = await PGlite.create();
  const dump = await lite.dumpDataDir('gzip');
  await lite.close();
  return new Uint8Array(await dump.arrayBuffer());
}

function dbOf(lite: PGlite, unlock: () => void): Db {
  const transaction = <T>(work: (sql: Sql) => Promise<T>): Promise<T> =>
    lite.transaction((tx) => work(sqlOf(tx))) as Promise<T>; // It gives back what `work` did.
  return {
    engine: 'pglite',
    query: sqlOf(lite).query,
    transaction,
    within: (org, work) =>
      transaction(async (sql) => {
        await sql.query(enterOrganisation, [org]);
        return work(sql);
      }),
    listen: (channel, hear) => lite.listen(channel, hear),
    async close() {
      await lite.close();
      unlock();
    },
  };
}

type Queryable = Pick<PGlite, 'query'>;

function sqlOf(lite: Queryable): Sql {
  return {
    async query<Row>(text: string, values: readonly Value[] = []) {
      const { rows } = await lite.query<Row>(text, [...values]);
      return rows;
    },
  };
}
