import type { Config } from '../config.ts';
import type { Db } from '../database/db.ts';
import { migrate } from '../database/migrate.ts';
import { openDatabase } from '../database/open-database.ts';
import { createLog, type Log } from '../log.ts';

/** What an operator does at the machine: the database is opened directly, so an embedded one must not be served meanwhile. */
export async function withDatabase<T>(config: Config, work: (db: Db, log: Log) => Promise<T>): Promise<T> {
  const log = createLog(config.logLevel, (line) => process.stderr.write(line));
  const db = await openDatabase(config, log);
  try {
    await migrate(db);
    return await work(db, log);
  } finally {
    await db.close();
  }
}
