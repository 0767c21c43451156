import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { Secret } from '../config/secret.ts';
import { accountFiles } from './account-file.ts';
import { openApiClient } from './api-client.ts';
import type { HttpAnswer } from './http-request.ts';
import { readToken, tokenFile } from './read-token.ts';
import { type RenewParts, renewOnce } from './renew.ts';
import { fileVault } from './vault.ts';

const origin = 'https://plane.example';
const apiKey = new Secret(`km_live_${'k'.repeat(43)}`);
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A control plane in a function: what it was asked for, and how it answers. */
function plane() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const asked: string[] = [];
  const state = { refreshGood: 'r0', keyGood: true, count: 0, forged: false };
  const answer = (status: number, body: object): HttpAnswer => ({ status, headers: {}, text: JSON.stringify(body) });
  const tokens = () => {
    const text = `${encode({ alg: 'EdDSA', kid: 'k1' })}.${encode({ tier: 'team', n: ++state.count })}`;
    const signature = state.forged ? Buffer.alloc(64) : sign(null, Buffer.from(text), privateKey);
    state.refreshGood = `r${state.count}`;
    return { jwt: `${text}.${signature.toString('base64url')}`, expires_in: 900, refresh_token: state.refreshGood };
  };
  const send: RenewParts['client'] = openApiClient({
    apiUrl: origin,
    async send({ url, body }) {
      asked.push(url.pathname.split('/').at(-1) ?? '');
      await pause(1);
      const sent = JSON.parse(String(body ?? '{}')) as Record<string, string>;
      if (url.pathname.endsWith('jwks.json'))
        return answer(200, { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1' }] });
      const good = 'refresh_token' in sent ? sent.refresh_token === state.refreshGood : state.keyGood;
      return good ? answer(200, tokens()) : answer(401, { code: 'auth.refused' });
    },
  });
  return { asked, state, client: send };
}

async function world() {
  const folder = mkdtempSync(path.join(tmpdir(), 'km-renew-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const files = accountFiles(folder);
  const vault = fileVault(files.secrets);
  await vault.set('api-key', origin, apiKey);
  const server = plane();
  const source = { kind: 'kept', store: 'file', credential: 'c', hint: 'km_live_k…' } as const;
  const clock = { now: Date.now() };
  const parts: RenewParts = {
    ...{ source, origin, files, client: server.client, pause },
    openVault: async () => vault,
    now: () => clock.now,
  };
  return { ...server, files, vault, parts, clock, token: () => readToken(tokenFile(files.folder, undefined)) };
}

test('a key is exchanged, and later the refresh token used, each once', async () => {
  const { parts, asked, vault, clock, token } = await world();
  expect(await renewOnce(parts)).toEqual({ kind: 'renewed' });
  expect(await renewOnce(parts)).toEqual({ kind: 'fresh' });
  clock.now += 14 * 60_000;
  expect(await renewOnce(parts)).toEqual({ kind: 'renewed' });
  expect(asked).toEqual(['exchange', 'jwks.json', 'refresh']);
  expect((await vault.get('refresh-token', origin))?.reveal()).toBe('r2');
  expect(token()).toMatchObject({ expiresAt: clock.now + 900_000, credential: 'c', origin });
});

test('ten at once renew once', async () => {
  const { parts, asked } = await world();
  const answers = await Promise.all(Array.from({ length: 10 }, () => renewOnce(parts)));
  expect(answers.filter(({ kind }) => kind === 'renewed')).toHaveLength(1);
  expect(answers.filter(({ kind }) => kind === 'fresh')).toHaveLength(9);
  expect(asked).toEqual(['exchange', 'jwks.json']);
});

test('a refresh token that was used up is no end: the key is exchanged again', async () => {
  const { parts, asked, state, vault } = await world();
  await vault.set('refresh-token', origin, new Secret('old'));
  state.refreshGood = 'other';
  expect(await renewOnce(parts)).toEqual({ kind: 'renewed' });
  expect(asked.slice(0, 2)).toEqual(['refresh', 'exchange']);
});

test('a token that was refused is renewed, however long it would hold', async () => {
  const { parts, state } = await world();
  await renewOnce(parts);
  expect(await renewOnce({ ...parts, refused: true })).toEqual({ kind: 'renewed' });
  expect(state.count).toBe(2);
});

test('a key that was revoked is refused, and nothing is written', async () => {
  const { parts, state, token } = await world();
  state.keyGood = false;
  expect(await renewOnce(parts)).toMatchObject({ kind: 'refused' });
  expect(token()).toBeUndefined();
});

test('a token that the control plane did not sign is not taken', async () => {
  const { parts, state, token } = await world();
  state.forged = true;
  expect(await renewOnce(parts)).toMatchObject({ kind: 'refused', reason: expect.stringContaining('not signed') });
  expect(token()).toBeUndefined();
});

test('a secret made for one control plane is not there for another', async () => {
  const { parts, asked } = await world();
  const elsewhere = { ...parts, origin: 'https://evil.example' };
  expect(await renewOnce(elsewhere)).toMatchObject({ kind: 'later', reason: expect.stringContaining('key is gone') });
  expect(asked).toEqual([]);
});

test('a keyring that the user would not unlock is left alone for an hour', async () => {
  const { parts, clock, vault } = await world();
  let dialogs = 0;
  const locked = {
    ...vault,
    kind: 'keyring' as const,
    get: async () => {
      dialogs++;
      throw new Error('unlock prompt was dismissed');
    },
  };
  const source = { kind: 'kept', store: 'keyring', credential: 'c', hint: '' } as const;
  const ask = () => renewOnce({ ...parts, source, openVault: async () => locked });
  for (let time = 0; time < 3; time++) expect(await ask()).toMatchObject({ kind: 'later' });
  expect(dialogs).toBe(1);
  clock.now += 3_700_000;
  await ask();
  expect(dialogs).toBe(2);
});

test('all that is kept is for its owner alone', async () => {
  const { parts, files } = await world();
  await renewOnce(parts);
  const modes = readdirSync(files.folder).map((name) => statSync(path.join(files.folder, name)).mode & 0o777);
  expect(new Set(modes)).toEqual(new Set([0o600]));
  expect(statSync(files.folder).mode & 0o777).toBe(0o700);
});
