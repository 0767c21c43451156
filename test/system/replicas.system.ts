import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { openPglite } from '../../packages/control-plane/src/database/pglite.ts';
import { openPostgres } from '../../packages/control-plane/src/database/postgres.ts';
import { newDatabase } from '../../packages/control-plane/test/fresh-database.ts';
import { runPostgres } from '../../packages/control-plane/test/start-postgres.ts';
import { type ApiClient, apiClient, signIn } from '../../scripts/api-client.ts';
import { freePort } from '../../scripts/free-port.ts';
import { type RunningControlPlane, runControlPlane } from '../../scripts/run-control-plane.ts';
import { runNginx } from './run-nginx.ts';
import { sendLoad } from './send-load.ts';

const hasNginx = spawnSync('nginx', ['-v']).error === undefined;
const postgres = runPostgres();
afterAll(async () => (await postgres).stop());

const shape = { clients: 6, batches: 40, events: 50 };
const all = shape.clients * shape.batches * shape.events;
const share = (part: number) => Math.floor(shape.clients * shape.batches * part);

async function newKey(owner: ApiClient): Promise<string> {
  return (await owner.send<{ api_key: string }>('POST', '/api/keys', { name: 'load' })).api_key;
}

const exchange = (url: string, api_key: string) =>
  apiClient(url).send<{ jwt: string }>('POST', '/api/auth/exchange', { api_key });

/** Two processes on one empty database, started at the same time, behind one nginx. */
async function startReplicas() {
  const database = await newDatabase((await postgres).url);
  const [outside, ...ports] = [await freePort(), await freePort(), await freePort()] as const;
  const env = {
    DATABASE_URL: database,
    KM_SERVER_SECRET: 'the same secret for every replica, of course',
    KM_SERVER_PUBLIC_URL: `http://127.0.0.1:${outside}`,
    KM_SERVER_TRUST_PROXY: '1',
  };
  const start = (index: 0 | 1) => runControlPlane(env, ports[index]);
  const replicas = await Promise.all([start(0), start(1)]);
  const nginx = await runNginx('km-control-plane.conf', { 7700: outside, 7701: ports[0], 7702: ports[1] });
  onTestFinished(async () => {
    await nginx.stop();
    for (const replica of replicas) await replica.stop('SIGKILL');
  });
  const killAndStart = async (index: 0 | 1, between: Promise<void>) => {
    await replicas[index].stop('SIGKILL');
    await between;
    replicas[index] = await start(index);
  };
  return { database, url: nginx.url, replicas: replicas as readonly RunningControlPlane[], killAndStart };
}

test('two replicas that are killed under load lose no event, count none twice, and no request fails twice', async ({
  skip,
}) => {
  if (!hasNginx) return skip('nginx is not installed.');
  const { database, url, replicas, killAndStart } = await startReplicas();
  const links = replicas.flatMap(({ signInUrl }) => signInUrl ?? []);
  expect(links).toHaveLength(1);
  const owner = await signIn(url, links[0] ?? '');
  const { jwt } = await exchange(url, await newKey(owner));

  const load = sendLoad({ url, jwt, ...shape, attempts: 2 });
  await load.reaches(share(0.2));
  await killAndStart(0, load.reaches(share(0.4)));
  await load.reaches(share(0.6));
  await killAndStart(1, load.reaches(share(0.8)));
  await load.done;

  expect(load.acknowledged.size).toBe(all);
  expect(load.attemptsMost).toBeLessThanOrEqual(2);
  const db = openPostgres(database, () => {});
  onTestFinished(() => db.close());
  const counted = await db.query('select count(*) as n, count(distinct id) as ids from events');
  expect(counted).toEqual([{ n: all, ids: all }]);
  const usage = await owner.get<{ rows: readonly { calls: number }[] }>('/api/analytics/usage');
  const sessions = await owner.get<{ rows: readonly { calls: number }[] }>('/api/sessions');
  const account = await owner.get<{ events_remaining: number }>('/api/account');
  expect(usage.rows.map(({ calls }) => calls)).toEqual([all]);
  expect(sessions.rows.reduce((sum, { calls }) => sum + calls, 0)).toBe(all);
  expect(account.events_remaining).toBe(20_000_000 - all);
}, 180_000);

test('a rate limit holds across replicas', async ({ skip }) => {
  if (!hasNginx) return skip('nginx is not installed.');
  const { url, replicas } = await startReplicas();
  const began = performance.now();
  const guess = () =>
    exchange(url, 'km_live_guess').then(
      () => 200,
      ({ message }: Error) => Number(/with (\d+)/.exec(message)?.[1]),
    );
  const answers = await Promise.all(Array.from({ length: 200 }, guess));
  // Sixty at once, and one more with each second that has passed.
  const due = 60 + Math.ceil((performance.now() - began) / 1_000);
  expect(new Set(answers)).toEqual(new Set([401, 429]));
  expect(answers.filter((status) => status === 401).length).toBeGreaterThanOrEqual(60);
  expect(answers.filter((status) => status === 401).length).toBeLessThanOrEqual(due);
  for (const replica of replicas) {
    const metrics = await (await fetch(`${replica.url}/metrics`)).text();
    expect(metrics).toMatch(/^km_rate_limited_total\{limit="exchange"\} [1-9]/m);
  }
}, 180_000);

test('the embedded server, killed under load, has every event that it acknowledged', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'km-embedded-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const env = { KM_SERVER_DATA_DIR: folder };
  const first = await runControlPlane(env);
  const owner = await signIn(first.url, first.signInUrl ?? '');
  const apiKey = await newKey(owner);
  await expect(runControlPlane(env)).rejects.toThrow(`${folder} is in use by process ${first.child.pid}`);

  const { jwt } = await exchange(first.url, apiKey);
  const load = sendLoad({ url: first.url, jwt, ...shape, attempts: 1 });
  await load.reaches(share(0.3));
  await first.stop('SIGKILL');
  await load.done;
  expect(load.acknowledged.size).toBeGreaterThanOrEqual(share(0.3) * shape.events);

  // The lock of the one that was killed is taken over.
  const second = await runControlPlane(env);
  expect(await exchange(second.url, apiKey)).toHaveProperty('jwt');
  await second.stop();
  const db = await openPglite({ folder });
  onTestFinished(() => db.close());
  const rows = await db.query<{ id: string }>('select id from events');
  const kept = new Set(rows.map(({ id }) => id));
  expect([...load.acknowledged].filter((id) => !kept.has(id))).toEqual([]);
  expect(rows).toHaveLength(kept.size);
}, 180_000);
