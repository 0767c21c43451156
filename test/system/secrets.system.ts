import { execFileSync } from 'node:child_process';
import { expect, onTestFinished, test } from 'vitest';
import { newDatabase } from '../../packages/control-plane/test/fresh-database.ts';
import { runPostgres } from '../../packages/control-plane/test/start-postgres.ts';
import { apiClient, asKm, signIn } from '../../scripts/api-client.ts';
import { runControlPlane } from '../../scripts/run-control-plane.ts';

const password = 'planted-password-of-the-database';
const serverSecret = 'planted-secret-of-the-server-32-characters';

test('secrets of the environment, and those handed out, stand in no list of processes and in nothing that is written', async () => {
  const postgres = await runPostgres();
  const database = new URL(await newDatabase(postgres.url));
  database.password = password;
  const env = { DATABASE_URL: database.href, KM_SERVER_SECRET: serverSecret, KM_SERVER_LOG_LEVEL: 'debug' };
  const plane = await runControlPlane(env);
  onTestFinished(() => plane.stop('SIGKILL'));
  const link = plane.signInUrl ?? '';
  const owner = await signIn(plane.url, link);
  const { api_key } = await owner.send<{ api_key: string }>('POST', '/api/keys', { name: 'a key' });
  const km = await asKm(plane.url, api_key);
  await km.get('/api/account');
  const processes = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
  expect(processes).toContain('main.mjs serve');

  // Without its database everything fails, and says so.
  postgres.stop();
  const refused = await km.get('/api/account').catch(({ message }: Error) => message);
  expect(refused).toContain('server.unavailable');
  await expect(apiClient(plane.url).get('/readyz')).rejects.toThrow('503');
  const unstarted = await runControlPlane(env).catch(({ message }: Error) => message);

  const written = `${plane.output.stdout.replace(link, '')}${plane.output.stderr}${unstarted}${refused}`;
  for (const secret of [password, serverSecret, api_key, link.split('#')[1] ?? '']) {
    expect(secret.length).toBeGreaterThan(20);
    expect(processes).not.toContain(secret);
    expect(written).not.toContain(secret);
  }
}, 120_000);
