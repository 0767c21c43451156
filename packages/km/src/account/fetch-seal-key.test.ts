import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { fetchSealKey } from './fetch-seal-key.ts';

const bus = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/none' };
const node = (script: string) => [process.execPath, '-e', script];
const fetch = (command: readonly string[], env: Readonly<Record<string, string>> = bus, signal?: AbortSignal) =>
  fetchSealKey({ command, env, platform: 'linux', ...(signal && { signal }) });

test('what the process prints is the key', async () => {
  const key = Buffer.alloc(32, 9);
  expect(await fetch(node(`console.log('${key.toString('base64')}')`))).toEqual({ kind: 'key', key });
});

test('what it complains about is the reason', async () => {
  expect(await fetch(node(`console.error('locked'); process.exit(1)`))).toEqual({ kind: 'none', reason: 'locked' });
  expect(await fetch(node(''))).toEqual({ kind: 'none', reason: 'The keyring did not answer.' });
  expect(await fetch(['no-such-program'])).toMatchObject({ kind: 'none', reason: expect.stringContaining('ENOENT') });
});

test('without a session bus nothing is started', async () => {
  expect(await fetch(['no-such-program'], {})).toMatchObject({ reason: 'There is no session bus, and so no keyring.' });
});

test('a bus in the runtime folder is a bus', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'km-bus-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(path.join(folder, 'bus'), resolve));
  onTestFinished(() => void server.close());
  expect(await fetch(node(`console.error('asked')`), { XDG_RUNTIME_DIR: folder })).toMatchObject({ reason: 'asked' });
});

test('a process that hangs is ended with the wish for the key', async () => {
  const giveUp = new AbortController();
  const answer = fetch(node('setInterval(() => {}, 1000)'), bus, giveUp.signal);
  giveUp.abort();
  expect(await answer).toMatchObject({ kind: 'none' });
  expect(await fetch(node(''), bus, giveUp.signal)).toMatchObject({ kind: 'none' });
});
