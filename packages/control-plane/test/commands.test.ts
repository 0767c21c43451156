import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { createKey, createOrganisation, migrateDatabase } from '../src/commands/admin.ts';
import { backup, restore } from '../src/commands/backup.ts';
import { serve } from '../src/commands/serve.ts';
import { readConfig } from '../src/config.ts';

const configOf = (folder: string) =>
  readConfig({ KM_SERVER_DATA_DIR: folder, KM_SERVER_LISTEN: '127.0.0.1:0', KM_SERVER_LOG_LEVEL: 'error' });
const newFolder = () => mkdtempSync(path.join(tmpdir(), 'km-server-'));

/** What a command prints. */
async function printed(work: () => Promise<void>): Promise<string> {
  let out = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  try {
    await work();
  } finally {
    write.mockRestore();
  }
  return out;
}
afterEach(() => vi.restoreAllMocks());

test('an operator makes an organisation and a key, backs up, and brings it in elsewhere', async () => {
  const config = configOf(newFolder());
  expect(await printed(() => migrateDatabase(config))).toMatch(/^Taken: 0001/);
  expect(await printed(() => migrateDatabase(config))).toBe('The schema is up to date.\n');
  const wanted = { name: 'Acme', tier: 'team', owner: 'ada@acme.test' } as const;
  const { org, sign_in_url } = JSON.parse(await printed(() => createOrganisation(config, wanted)));
  expect(sign_in_url).toMatch(/\/sign-in#kml_/);
  const { api_key } = JSON.parse(await printed(() => createKey(config, org, 'laptops')));
  expect(api_key).toMatch(/^km_live_/);
  const folder = newFolder();
  const file = path.join(folder, 'backup.gz');
  expect(await printed(() => backup(config, file))).toMatch(/^\d+ rows in/);
  expect(readdirSync(folder)).toEqual(['backup.gz']);
  const other = configOf(newFolder());
  expect(await printed(() => restore(other, file))).toMatch(/^\d+ rows brought in/);
  await expect(restore(other, file)).rejects.toThrow('not empty');
}, 120_000);

test('the first start prints where it listens and how the first owner signs in, and ends on a signal', async () => {
  const config = configOf(newFolder());
  const out = await printed(async () => {
    const served = serve(config);
    await vi.waitFor(() => expect(process.listenerCount('SIGTERM')).toBeGreaterThan(0), { timeout: 60_000 });
    process.emit('SIGTERM');
    await served;
  });
  expect(out).toMatch(
    /^km-control-plane listens at http:\/\/127\.0\.0\.1:[1-9]\d*\nSign in as the first owner, once: http:\/\/127\.0\.0\.1:[1-9]/,
  );
}, 120_000);
