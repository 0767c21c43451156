import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Keyring } from './keyring.ts';
import { makeSealKey, readSealKey } from './seal-key.ts';

/** A keyring in memory. While it is locked it shows nothing, and putting something there asks the user, who says no. */
function memoryKeyring() {
  const secrets = new Map<string, string>();
  const ring = { locked: false, dialogs: 0 };
  const keyring: Keyring = {
    get: async (name) => (ring.locked ? undefined : secrets.get(name)),
    async set(name, secret) {
      if (ring.locked) {
        ring.dialogs++;
        throw new Error('unlock prompt was dismissed');
      }
      secrets.set(name, secret);
    },
  };
  return { ring, keyring, secrets };
}

function making() {
  const folder = mkdtempSync(path.join(tmpdir(), 'km-seal-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const clock = { time: Date.now() };
  const pause = async (ms: number) => {
    clock.time += ms;
    await new Promise(setImmediate);
  };
  return { mark: path.join(folder, 'data', 'made'), now: () => clock.time, pause, clock };
}

const textOf = (key: Buffer) => key.toString('base64');

test('the first use makes a key of 32 bytes, and all later ones find it', async () => {
  const { keyring } = memoryKeyring();
  const here = making();
  expect(await readSealKey(keyring)).toMatchObject({ kind: 'none' });
  const made = await makeSealKey(keyring, here);
  expect(made).toMatchObject({ kind: 'key', key: { length: 32 } });
  expect(await makeSealKey(keyring, here)).toEqual(made);
  expect(await readSealKey(keyring)).toEqual(made);
});

test('ten at once agree on one key, with one data folder and with two', async () => {
  const { keyring } = memoryKeyring();
  const places = [making(), making()];
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, index) => makeSealKey(keyring, places[index % 2] ?? making())),
  );
  const keys = answers.map((answer) => (answer.kind === 'key' ? textOf(answer.key) : answer.reason));
  expect(new Set(keys).size).toBe(1);
  expect(keys[0]).toHaveLength(44);
});

test('a locked keyring keeps its key, and raises no dialog', async () => {
  const { ring, keyring } = memoryKeyring();
  const [here, there] = [making(), making()];
  const made = await makeSealKey(keyring, here);
  await makeSealKey(keyring, there);
  ring.locked = true;
  for (const place of [here, there]) {
    expect(await makeSealKey(keyring, place)).toMatchObject({
      kind: 'none',
      reason: expect.stringContaining('locked'),
    });
  }
  expect(ring.dialogs).toBe(0);
  ring.locked = false;
  expect(await makeSealKey(keyring, here)).toEqual(made);
});

test('a keyring that takes no key is asked again only after a day', async () => {
  const { ring, keyring } = memoryKeyring();
  const here = making();
  ring.locked = true;
  await expect(makeSealKey(keyring, here)).rejects.toThrow('dismissed');
  for (let attempt = 0; attempt < 3; attempt++)
    expect(await makeSealKey(keyring, here)).toMatchObject({ reason: 'The keyring took no key for the log.' });
  expect(ring.dialogs).toBe(1);
  ring.locked = false;
  here.clock.time += 86_400_000;
  expect(await makeSealKey(keyring, here)).toMatchObject({ kind: 'key' });
  expect(readFileSync(here.mark, 'utf8')).not.toBe('');
});

test('what is no key is neither used nor replaced', async () => {
  const { keyring, secrets } = memoryKeyring();
  secrets.set('log-seal', 'short');
  expect(await makeSealKey(keyring, making())).toMatchObject({ kind: 'none' });
  expect(secrets.get('log-seal')).toBe('short');
});
