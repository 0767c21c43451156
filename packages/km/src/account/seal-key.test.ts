import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Keyring } from './keyring.ts';
import { makeSealKey, readSealKey } from './seal-key.ts';

/** `hides`: while locked it shows nothing. `asks`: it asks the user to unlock it, who says no. */
type Lock = 'open' | 'hides' | 'asks';

function memoryKeyring() {
  const secrets = new Map<string, string>();
  const state: { lock: Lock; dialogs: number } = { lock: 'open', dialogs: 0 };
  const ask = (): never => {
    state.dialogs++;
    throw new Error('unlock prompt was dismissed');
  };
  const keyring: Keyring = {
    async get(name) {
      if (state.lock === 'asks') ask();
      return state.lock === 'open' ? secrets.get(name) : undefined;
    },
    async set(name, secret) {
      if (state.lock !== 'open') ask();
      secrets.set(name, secret);
    },
    async remove(name) {
      secrets.delete(name);
    },
  };
  return { state, keyring, secrets };
}

/** A data folder of its own, not made yet, and a clock that only pauses move. */
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

test('the first use makes a key of 32 bytes, and all later ones find it', async () => {
  const { keyring } = memoryKeyring();
  const here = making();
  expect(await readSealKey(keyring)).toMatchObject({ kind: 'none' });
  const made = await makeSealKey(keyring, here);
  expect(made).toMatchObject({ kind: 'key', key: { length: 32 } });
  expect(await makeSealKey(keyring, here)).toEqual(made);
  expect(await readSealKey(keyring)).toEqual(made);
});

test('of two with data folders of their own, at once, the last key counts for both', async () => {
  const { keyring, secrets } = memoryKeyring();
  const others = Buffer.alloc(32, 5);
  const pause = async () => void secrets.set('log-seal', others.toString('base64'));
  expect(await makeSealKey(keyring, { ...making(), pause })).toEqual({ kind: 'key', key: others });
});

test('a locked keyring that hides its key keeps it, and the user is not asked', async () => {
  const { state, keyring } = memoryKeyring();
  const [here, there] = [making(), making()];
  const made = await makeSealKey(keyring, here);
  await makeSealKey(keyring, there);
  state.lock = 'hides';
  for (const place of [here, there])
    expect(await makeSealKey(keyring, place)).toMatchObject({ reason: expect.stringContaining('locked') });
  expect(state.dialogs).toBe(0);
  state.lock = 'open';
  expect(await makeSealKey(keyring, here)).toEqual(made);
});

test.each<Lock>(['hides', 'asks'])(
  'who would not unlock a keyring that %s is asked again after a day',
  async (lock) => {
    const { state, keyring } = memoryKeyring();
    const here = making();
    state.lock = lock;
    await expect(makeSealKey(keyring, here)).rejects.toThrow('dismissed');
    for (let attempt = 0; attempt < 3; attempt++)
      expect(await makeSealKey(keyring, here)).toMatchObject({ reason: expect.stringContaining('would not unlock') });
    expect(state.dialogs).toBe(1);
    here.clock.time += 86_500_000;
    state.lock = 'open';
    expect(await makeSealKey(keyring, here)).toMatchObject({ kind: 'key' });
  },
);

test('what is no key is neither used nor replaced', async () => {
  const { keyring, secrets } = memoryKeyring();
  secrets.set('log-seal', 'short');
  expect(await makeSealKey(keyring, making())).toMatchObject({ kind: 'none' });
  expect(secrets.get('log-seal')).toBe('short');
});
