import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from './config.ts';

const folder = () => mkdtempSync(path.join(tmpdir(), 'km-server-config-'));
const secret = 'x'.repeat(32);

test('without anything set the server stays on this machine, with a secret of its own', () => {
  const dataFolder = folder();
  const config = readConfig({ KM_SERVER_DATA_DIR: dataFolder });
  expect(config).toMatchObject({ host: '127.0.0.1', port: 7700, publicUrl: 'http://127.0.0.1:7700', tls: undefined });
  expect(readFileSync(path.join(dataFolder, 'secret'), 'utf8').trim()).toBe(config.secret);
  expect(statSync(path.join(dataFolder, 'secret')).mode & 0o777).toBe(0o600);
  expect(readConfig({ KM_SERVER_DATA_DIR: dataFolder }).secret).toBe(config.secret);
});

test('with a PostgreSQL the secret has to be given: replicas share it', () => {
  const env = { DATABASE_URL: 'postgres://km@db/km' };
  expect(() => readConfig(env)).toThrow(/KM_SERVER_SECRET or KM_SERVER_SECRET_FILE has to be set/);
  const file = path.join(folder(), 'secret');
  writeFileSync(file, `${secret}\n`);
  expect(readConfig({ ...env, KM_SERVER_SECRET_FILE: file }).secret).toBe(secret);
  writeFileSync(file, 'short');
  expect(() => readConfig({ ...env, KM_SERVER_SECRET_FILE: file })).toThrow(/32 characters or more/);
});

test.each([
  [{ DATABASE_URL: 'mysql://root:hunter2@db' }, /^DATABASE_URL should be/],
  [{ KM_SERVER_LISTEN: 'somewhere' }, /^KM_SERVER_LISTEN should be/],
  [{ KM_SERVER_PUBLIC_URL: 'https://km.test/path' }, /^KM_SERVER_PUBLIC_URL should be/],
  [{ KM_SERVER_SECRET: 'hunter2' }, /^KM_SERVER_SECRET should be/],
  [{ KM_SERVER_TLS_CERT: 'cert.pem' }, /have to be set together/],
])('what does not fit is named, and not shown: %j', (env, message) => {
  const read = () => readConfig({ KM_SERVER_DATA_DIR: folder(), ...env } as Record<string, string>);
  expect(read).toThrow(message);
  expect(read).not.toThrow(/hunter2/);
});

test('beyond this machine it wants TLS, its own or that of a proxy', () => {
  const env = { KM_SERVER_DATA_DIR: folder(), KM_SERVER_LISTEN: '0.0.0.0:80' };
  expect(() => readConfig(env)).toThrow(/beyond this machine without TLS/);
  expect(readConfig({ ...env, KM_SERVER_PUBLIC_URL: 'https://km.test' })).toMatchObject({ host: '0.0.0.0', port: 80 });
  const tls = { KM_SERVER_TLS_CERT: 'c', KM_SERVER_TLS_KEY: 'k' };
  expect(readConfig({ ...env, KM_SERVER_LISTEN: '[::]:443', ...tls })).toMatchObject({ publicUrl: 'https://[::]:443' });
});
