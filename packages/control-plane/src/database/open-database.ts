import { fileURLToPath } from 'node:url';
import type { Log } from '../log.ts';
import type { Db } from './db.ts';

interface Place {
  /** Address of a PostgreSQL; without it the embedded one is opened. */
  readonly databaseUrl: string | undefined;
  readonly dataFolder: string;
}

/** Made by the build; a first start without it takes three times as long. */
const template = fileURLToPath(new URL('./template.tar.gz', import.meta.url));

/** The database that the configuration names. What it does not need is not loaded. */
export async function openDatabase({ databaseUrl, dataFolder }: Place, log: Log): Promise<Db> {
  if (databaseUrl === undefined) return (await import('./pglite.ts')).openPglite({ folder: dataFolder, template });
  const { openPostgres } = await import('./postgres.ts');
  return openPostgres(databaseUrl, ({ message }) =>
    log('warn', 'a connection to the database broke', { reason: message }),
  );
}
