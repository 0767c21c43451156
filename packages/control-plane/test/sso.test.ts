import { afterAll, beforeAll, expect, test } from 'vitest';
import { type IdentityProvider, startIdentityProvider } from './identity-provider.ts';
import { openWorld, type World } from './world.ts';
import { type Person, person } from './world-people.ts';

let world: World;
let provider: IdentityProvider;
let owner: Person;
let org: string;
beforeAll(async () => {
  world = await openWorld();
  provider = await startIdentityProvider('http://km.test/auth/sso/callback');
  ({ org } = await world.organisation());
  owner = await person(world, org, 'owner');
  // The provider's tokens carry the time of this machine.
  world.clock.now = Date.now();
  const { issuer, clientId, clientSecret } = provider;
  const sso = { issuer, client_id: clientId, client_secret: clientSecret, domains: ['acme.test'] };
  owner = await person(world, org, 'owner');
  const { status, body } = await owner.ask('PATCH', '/api/organisation', { sso });
  expect([status, JSON.stringify(body).includes(clientSecret)]).toEqual([200, false]);
}, 60_000);
afterAll(async () => {
  await provider.close();
  await world.close();
});

async function comeIn(email: string, through = email, next?: string) {
  const query = new URLSearchParams({ email, ...(next !== undefined && { next }) });
  const start = await world.ask('GET', `/auth/sso/start?${query}`);
  expect(start.status).toBe(302);
  const back = await provider.signIn(start.headers.get('location') ?? '', through);
  return { back, answer: await world.ask('GET', `${back.pathname}${back.search}`) };
}

test('whom the provider of their domain vouches for comes in, as a viewer at first', async () => {
  const { answer } = await comeIn('ada@acme.test');
  expect(answer.status).toBe(302);
  const Cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const account = await world.ask('GET', '/api/account', { headers: { Cookie } });
  expect(account.body).toMatchObject({ org: { id: org }, role: 'viewer' });
});

test('a person comes back to where they were going', async () => {
  const { answer } = await comeIn('ada@acme.test', 'ada@acme.test', '/device?code=ABCD-EFGH');
  expect([answer.status, answer.headers.get('location')]).toEqual([302, '/device?code=ABCD-EFGH']);
});

test.each(['//evil.test/', '/\\evil.test', 'https://evil.test/', 'device', '/a\r\nSet-Cookie: km=x', '/\t/evil.test'])(
  'nobody is sent to %j',
  async (next) => {
    const answer = await world.ask('GET', `/auth/sso/start?${new URLSearchParams({ email: 'ada@acme.test', next })}`);
    expect([answer.status, answer.body.code]).toEqual([400, 'request.invalid']);
  },
);

test('an address of another domain does not come in, though the provider vouches for it', async () => {
  const { answer } = await comeIn('ada@acme.test', 'eve@evil.test');
  expect([answer.status, answer.body.code]).toEqual([401, 'auth.missing']);
});

test('a way back is good once, and only with a state that was given out', async () => {
  const { back } = await comeIn('ada@acme.test');
  const again = await world.ask('GET', `${back.pathname}${back.search}`);
  expect(again.body.code).toBe('auth.missing');
  back.searchParams.set('state', 'made-up');
  expect((await world.ask('GET', `${back.pathname}${back.search}`)).body.code).toBe('auth.missing');
});

test('a domain that nobody is in charge of is told so', async () => {
  expect((await world.ask('GET', '/auth/sso/start?email=ada@nobody.test')).body.code).toBe('request.not-found');
});

test('what may sign people in stands in the database sealed only', async () => {
  const rows = await world.db.query('select sso::text from organisations where id = $1', [org]);
  expect(JSON.stringify(rows)).not.toContain(provider.clientSecret);
});
