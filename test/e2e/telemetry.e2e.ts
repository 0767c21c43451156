import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { initialize, request } from './rpc.ts';
import { dataFolder, makeHome, monitor, testServer } from './start-km.ts';

/** Listens where the control plane would, and counts who comes. */
async function countConnections(): Promise<{ readonly url: string; readonly count: () => number }> {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, count: () => connections };
}

const key = `km_live_${'a1B2c3D4'.repeat(5)}xyz`;

/** A session that ends as soon as it was answered: at its end km would report. */
async function session(url: string, telemetry: object, options: readonly string[], env: Record<string, string>) {
  const home = makeHome();
  mkdirSync(path.join(home, 'config'));
  writeFileSync(path.join(home, 'config/config.json'), JSON.stringify({ api_url: url, telemetry }));
  const run = monitor(testServer('echoes'), {
    home,
    options,
    env: { KM_CONFIG_DIR: path.join(home, 'config'), ...env },
  });
  run.finish(initialize(1) + request(2, 'tools/list'));
  await run.status;
  return readdirSync(dataFolder(home)).includes('outbox');
}

test('nothing is collected, and nobody is asked, without a key, in a tier by default, with --local-only or when switched off', async () => {
  const { url, count } = await countConnections();
  const outboxes = await Promise.all([
    session(url, {}, [], {}),
    session(url, {}, [], { KM_DEFAULT_TIER: 'enterprise' }),
    session(url, {}, ['--local-only'], { KM_API_KEY: key }),
    session(url, { enabled: false }, ['--local-only'], { KM_API_KEY: key }),
  ]);
  expect(outboxes).toEqual([false, false, false, false]);
  expect(count()).toBe(0);
});
