import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { readBackup } from '../backup/read-backup.ts';
import { linesOf } from '../backup/read-lines.ts';
import { writeBackup } from '../backup/write-backup.ts';
import type { Config } from '../config.ts';
import { withDatabase } from './with-database.ts';

/** Writes a backup, compressed. The file appears under its name when it is whole. */
export function backup(config: Config, file: string): Promise<void> {
  return withDatabase(config, async (db) => {
    const gzip = createGzip();
    const out = gzip.pipe(createWriteStream(`${file}.part`, { mode: 0o600 }));
    const write = async (line: string) => {
      if (!gzip.write(`${line}\n`)) await once(gzip, 'drain');
    };
    const rows = await writeBackup(db, write, Date.now());
    gzip.end();
    await finished(out);
    await rename(`${file}.part`, file);
    process.stdout.write(
      `${rows} rows in ${file}. Keep it with the server secret: without that, sealed keys cannot be opened.\n`,
    );
  });
}

/** Brings a backup into an empty database. */
export function restore(config: Config, file: string): Promise<void> {
  return withDatabase(config, async (db) => {
    const rows = await readBackup(db, linesOf(file));
    process.stdout.write(`${rows} rows brought in.\n`);
  });
}
