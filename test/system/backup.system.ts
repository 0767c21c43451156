import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { newDatabase } from '../../packages/control-plane/test/fresh-database.ts';
import { runPostgres } from '../../packages/control-plane/test/start-postgres.ts';
import { apiClient, asKm, signIn } from '../../scripts/api-client.ts';
import { runControlPlane } from '../../scripts/run-control-plane.ts';
import { sendLoad } from './send-load.ts';

type Environment = Readonly<Record<string, string>>;

const shape = { clients: 2, batches: 10, events: 100, attempts: 1 };
const sent = shape.clients * shape.batches * shape.events;

async function admin(env: Environment, ...args: readonly string[]): Promise<void> {
  const options = { env: { PATH: process.env.PATH ?? '', ...env } };
  await promisify(execFile)('bin/km-control-plane', ['admin', ...args], options);
}

/** An organisation with a key and events. @returns The key. */
async function fill(env: Environment): Promise<string> {
  const plane = await runControlPlane(env);
  try {
    const owner = await signIn(plane.url, plane.signInUrl ?? '');
    const { api_key } = await owner.send<{ api_key: string }>('POST', '/api/keys', { name: 'a key' });
    const { jwt } = await apiClient(plane.url).send<{ jwt: string }>('POST', '/api/auth/exchange', { api_key });
    await sendLoad({ url: plane.url, jwt, ...shape }).done;
    return api_key;
  } finally {
    await plane.stop();
  }
}

/** What a km is told by a server on that database: who it is, and what is left of the quota, which counts all it has sent. */
async function account(env: Environment, apiKey: string): Promise<unknown> {
  const plane = await runControlPlane(env);
  try {
    expect(plane.signInUrl).toBeUndefined();
    return await (await asKm(plane.url, apiKey)).get('/api/account');
  } finally {
    await plane.stop();
  }
}

/** All rows, in an order that does not depend on the engine; transactions are numbered anew by each. */
const rowsOf = (file: string) =>
  gunzipSync(readFileSync(file))
    .toString()
    .trimEnd()
    .split('\n')
    .filter((line) => line.startsWith('{"table"'))
    .map((line) => line.replace(/"tx": ?\d+/, '"tx":0'))
    .sort();

test('a backup goes from the embedded database to PostgreSQL and back, row for row, and the key still works', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'km-backup-'));
  const postgres = await runPostgres();
  onTestFinished(() => {
    postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const file = (name: string) => path.join(folder, name);
  const common = { KM_SERVER_SECRET: 'a secret of thirty-two characters, or more' };
  const first = { ...common, KM_SERVER_DATA_DIR: file('first') };
  const large = { ...common, DATABASE_URL: await newDatabase(postgres.url) };
  const second = { ...common, KM_SERVER_DATA_DIR: file('second') };

  const apiKey = await fill(first);
  await admin(first, 'backup', file('1.gz'));
  await admin(large, 'restore', file('1.gz'));
  await admin(large, 'backup', file('2.gz'));
  await admin(second, 'restore', file('2.gz'));
  await admin(second, 'backup', file('3.gz'));

  const rows = rowsOf(file('1.gz'));
  expect(rows.filter((row) => row.startsWith('{"table":"events"'))).toHaveLength(sent);
  expect(rowsOf(file('2.gz'))).toEqual(rows);
  expect(rowsOf(file('3.gz'))).toEqual(rows);
  expect(statSync(file('1.gz')).mode & 0o077).toBe(0);
  await expect(admin(large, 'restore', file('1.gz'))).rejects.toThrow('not empty');

  const told = await account(first, apiKey);
  expect(told).toMatchObject({ role: 'km', events_remaining: 20_000_000 - sent });
  expect(await account(large, apiKey)).toEqual(told);
  expect(await account(second, apiKey)).toEqual(told);
}, 180_000);
