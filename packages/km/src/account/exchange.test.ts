import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Secret } from '../config/secret.ts';
import { openApiClient } from './api-client.ts';
import { exchangeForToken, fetchKeys } from './exchange.ts';
import { isGenuine } from './keys-file.ts';

/** A control plane that gives each path one answer; all else is not found. */
function plane(answers: Readonly<Record<string, object>>) {
  return openApiClient({
    apiUrl: 'https://plane.example',
    async send({ url }) {
      const answer = answers[url.pathname];
      return { status: answer ? 200 : 404, headers: {}, text: JSON.stringify(answer ?? {}) };
    },
  });
}

const key = new Secret(`km_live_${'k'.repeat(43)}`);

test('an older server, with other names and no keys to show, is understood', async () => {
  const jwt = 'eyJhbGciOiJIUzI1NiJ9.e30.x';
  const client = plane({ '/api/auth/exchange': { token: jwt, expiresIn: 60, plan: 'pro', customer_id: 'c' } });
  const grant = await exchangeForToken(client, key);
  expect(grant).toMatchObject({ expiresInMs: 60_000, plan: 'pro', refreshToken: undefined });
  expect(grant.jwt.reveal()).toBe(jwt);
  const folder = mkdtempSync(path.join(tmpdir(), 'km-keys-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const place = { file: path.join(folder, 'jwks.json'), origin: 'https://plane.example' };
  expect(await isGenuine(grant.jwt, { ...place, fetch: undefined })).toBe(false);
  expect(await isGenuine(grant.jwt, { ...place, fetch: () => fetchKeys(client) })).toBe(true);
  expect(await isGenuine(grant.jwt, { ...place, fetch: undefined })).toBe(true);
  // Once it shows keys, its tokens have to be signed with them.
  const newer = async () => [{ kid: 'k', kty: 'OKP' }];
  expect(await isGenuine(grant.jwt, { ...place, fetch: newer })).toBe(false);
});

test.each([{ expires_in: 60 }, { jwt: 'a.b.c' }, { jwt: 'a.b.c', expires_in: 0 }, {}])(
  '%j is no answer to an exchange',
  async (answer) => {
    const exchanged = exchangeForToken(plane({ '/api/auth/exchange': answer }), key);
    await expect(exchanged).rejects.toMatchObject({ code: 'network.bad-answer' });
  },
);
