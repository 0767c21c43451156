import { operations } from '@kilometers/core/api/operations.ts';
import { may } from '@kilometers/core/api/roles.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newSignInLink } from '../src/sign-in-link.ts';
import { openWorld, type World, worldSecret } from './world.ts';
import { type Person, person } from './world-people.ts';

/** Secrets, each with how many answers may hold it: one, for those that are handed out. */
const planted = new Map<string, { readonly what: string; readonly answers: 0 | 1 }>();
const answered: string[] = [];
const clientSecret = 'planted-client-secret-of-the-provider';

let world: World;
let owner: Person;
let jwt: string;

beforeAll(async () => {
  const opened = await openWorld();
  world = {
    ...opened,
    async ask(...asked) {
      const answer = await opened.ask(...asked);
      answered.push(JSON.stringify([answer.body, [...answer.headers]]));
      return answer;
    },
  };
  await handOut();
  await misuse();
}, 120_000);
afterAll(() => world.close());

function plant(what: string, secret: unknown, answers: 0 | 1 = 1): string {
  expect(String(secret).length, what).toBeGreaterThan(20);
  planted.set(String(secret), { what, answers });
  return String(secret);
}

/** Has every kind of secret made, and used as it is meant to be. */
async function handOut(): Promise<void> {
  plant('the server secret', worldSecret, 0);
  const made = await world.organisation();
  plant('an API key', made.apiKey, 0);
  const first = await world.ask('POST', '/api/auth/exchange', { body: { api_key: made.apiKey } });
  jwt = plant('an access token', first.body.jwt);
  world.clock.now += 1_000; // Two tokens of one second are the same.
  const renewed = await world.ask('POST', '/api/auth/refresh', {
    body: { refresh_token: plant('a refresh token', first.body.refresh_token) },
  });
  plant('a renewed refresh token', renewed.body.refresh_token);

  owner = await person(world, made.org, 'owner');
  plant('a browser session', owner.cookie.split('=')[1]);
  const link = await newSignInLink(world.db, world.services, { org: made.org, user: owner.user });
  plant('a sign-in token', link.split('#')[1], 0);
  const sso = { issuer: 'https://id.test', client_id: 'km', domains: ['acme.test'] };
  plant('a client secret', clientSecret, 0);
  await owner.ask('PATCH', '/api/organisation', { sso: { ...sso, client_secret: clientSecret } });
  plant('a new API key', (await owner.ask('POST', '/api/keys', { name: 'another' })).body.api_key);
  const added = await owner.ask('POST', '/api/members', { email: 'new@acme.test', role: 'viewer' });
  plant('the sign-in token of a new member', String(added.body.sign_in_url).split('#')[1]);

  const device = (await world.ask('POST', '/api/auth/device-code/start', { body: { client_name: 'a laptop' } })).body;
  const device_code = plant('a device code', device.device_code);
  await owner.ask('POST', `/api/auth/device-code/${device.user_code}`, { approve: true });
  const polled = await world.ask('POST', '/api/auth/device-code/poll', { body: { device_code } });
  plant('the API key of a device', polled.body.api_key);
}

/** Puts every secret where it does not belong, and reads all that can be read. */
async function misuse(): Promise<void> {
  for (const secret of planted.keys()) {
    const body = { refresh_token: secret, device_code: secret, token: secret, api_key: [secret], name: `\n${secret}` };
    for (const path of ['exchange', 'refresh', 'device-code/start', 'device-code/poll', 'sign-in']) {
      await world.ask('POST', `/api/auth/${path}`, { body });
      await world.ask('POST', `/api/auth/${path}`, { text: `{"${secret}` });
    }
    await world.ask('GET', `/${secret}?${secret}=${secret}`);
    await world.ask('GET', '/api/account', { jwt: secret });
    await owner.ask('DELETE', `/api/keys/${secret}`);
    await owner.ask('GET', `/api/analytics/usage?by=${secret}&from=${secret}`);
    await world.ask('POST', '/api/events/telemetry', { jwt, body: [{ id: secret, ts: secret }, { [secret]: secret }] });
    world.clock.now += 60_000;
  }
  jwt = String((await world.ask('POST', '/api/auth/exchange', { body: { api_key: apiKeyOf() } })).body.jwt);
  for (const { method, path, needs, answer } of operations) {
    if (method !== 'GET' || answer.type === 'text/event-stream') continue;
    const place = path.replaceAll(/\{version\}/g, '1').replaceAll(/\{\w+\}/g, crypto.randomUUID());
    await (needs !== 'anyone' && may('owner', needs) ? owner.ask(method, place) : world.ask(method, place, { jwt }));
  }
}

const apiKeyOf = () => [...planted].find(([, { what }]) => what === 'an API key')?.[0];

/** As it is, and as it would look in bytes of a column. */
const formsOf = (secret: string) => {
  const bytes = Buffer.from(secret);
  return [secret, bytes.toString('hex'), bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url')];
};

test('no answer holds a secret but the one that hands it out', () => {
  const found = [...planted].flatMap(([secret, { what, answers }]) => {
    const holding = answered.filter((answer) => answer.includes(secret)).length;
    return holding === answers ? [] : [`${what}: ${holding} answers`];
  });
  expect(found).toEqual([]);
});

test('no line of the log holds a secret', () => {
  expect(world.logged.length).toBeGreaterThan(100);
  const all = world.logged.join('');
  expect([...planted].filter(([secret]) => all.includes(secret)).map(([, { what }]) => what)).toEqual([]);
});

test('no column of any table holds a secret, as text or as bytes', async () => {
  const tables = await world.db.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public'`,
  );
  expect(tables.length).toBeGreaterThan(15);
  for (const { name } of tables) {
    const rows = await world.db.query<{ row: string }>(`select t::text as row from "${name}" t`);
    const text = rows.map(({ row }) => row).join('\n');
    const found = [...planted].filter(([secret]) => formsOf(secret).some((form) => text.includes(form)));
    expect(
      found.map(([, { what }]) => what),
      name,
    ).toEqual([]);
  }
});
