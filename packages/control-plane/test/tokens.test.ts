import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
}, 60_000);
afterAll(() => world.close());

const renew = (refresh_token: unknown) => world.ask('POST', '/api/auth/refresh', { body: { refresh_token } });

test('a key is exchanged for a token that says who and what', async () => {
  const { apiKey, org } = await world.organisation();
  const { status, body } = await world.ask('POST', '/api/auth/exchange', { body: { ApiKey: apiKey } });
  expect(status).toBe(200);
  const claims = JSON.parse(Buffer.from(String(body.jwt).split('.')[1] ?? '', 'base64url').toString());
  expect(claims).toMatchObject({ org, tier: 'team', role: 'km', iss: 'http://km.test' });
  expect(claims.exp - claims.iat).toBe(body.expires_in);
});

test('a key that is none, and one that is unknown, are refused alike', async () => {
  const answers = await Promise.all(
    ['nonsense', `km_live_${'A'.repeat(43)}`].map((api_key) =>
      world.ask('POST', '/api/auth/exchange', { body: { api_key } }),
    ),
  );
  expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
    [401, 'auth.key-refused'],
    [401, 'auth.key-refused'],
  ]);
});

test('a refresh token is good once; used again, all that came from it ends', async () => {
  const { apiKey } = await world.organisation();
  const first = await world.ask('POST', '/api/auth/exchange', { body: { api_key: apiKey } });
  const second = await renew(first.body.refresh_token);
  expect(second.status).toBe(200);
  expect((await renew(first.body.refresh_token)).body.code).toBe('auth.refresh-refused');
  expect((await renew(second.body.refresh_token)).body.code).toBe('auth.refresh-refused');
});

test('an access token ends by the clock, and at once when its key is revoked', async () => {
  const { apiKey, jwt } = await world.organisation();
  const account = () => world.ask('GET', '/api/account', { jwt });
  expect((await account()).body).toMatchObject({ org: { name: 'Acme', tier: 'team' }, role: 'km' });
  world.clock.now += 16 * 60_000;
  expect((await account()).body.code).toBe('auth.expired');
  const { body } = await world.ask('POST', '/api/auth/exchange', { body: { api_key: apiKey } });
  await world.db.query('update api_keys set revoked_at = now() where prefix = $1', [apiKey.slice(0, 12)]);
  expect((await world.ask('GET', '/api/account', { jwt: String(body.jwt) })).body.code).toBe('auth.missing');
});

test('who tries many keys is told to wait, and for how long', async () => {
  world.clock.now += 3_600_000;
  const tries = await Promise.all(
    Array.from({ length: 70 }, () => world.ask('POST', '/api/auth/exchange', { body: { api_key: 'guess' } })),
  );
  const limited = tries.filter(({ status }) => status === 429);
  expect(limited).toHaveLength(10);
  expect(Number(limited[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
  world.clock.now += 60_000;
  expect((await world.ask('POST', '/api/auth/exchange', { body: { api_key: 'guess' } })).status).toBe(401);
});
