import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { inject } from 'vitest';
import type { Db } from '../src/database/db.ts';
import { makeTemplate, openPglite } from '../src/database/pglite.ts';
import { openPostgres } from '../src/database/postgres.ts';

/** An empty database of the engine under test: in memory, or a new one of the PostgreSQL that runs for these tests. */
export async function freshDatabase(): Promise<Db> {
  const server = inject('postgresUrl');
  if (server === undefined) return openPglite({ folder: undefined, template: await template() });
  return openPostgres(await newDatabase(server), () => {});
}

/** @returns Its address. */
export async function newDatabase(server: string): Promise<string> {
  const name = `t${randomUUID().replaceAll('-', '')}`;
  const client = new pg.Client({ connectionString: `${server}postgres` });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  return `${server}${name}`;
}

/** Beside what is installed, so that another version of the database makes another. */
const templateFile = fileURLToPath(new URL('../../../node_modules/.cache/km/pglite.tar.gz', import.meta.url));

/** Made once: it takes most of the time of a test file otherwise. */
async function template(): Promise<string> {
  const file = templateFile;
  if (existsSync(file)) return file;
  mkdirSync(path.dirname(file), { recursive: true });
  const own = `${file}.${randomUUID()}`;
  writeFileSync(own, await makeTemplate());
  renameSync(own, file);
  return file;
}
