import { compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, type World } from './world.ts';
import { type Person, person } from './world-people.ts';

let world: World;
let owner: Person;
let org: string;
let jwt: string;
beforeAll(async () => {
  world = await openWorld();
  ({ org, jwt } = await world.organisation());
  owner = await person(world, org, 'owner');
}, 60_000);
afterAll(() => world.close());

const text = (name: string) =>
  `version: 1\norder: first-match\nrules:\n  - { name: ${name}, when: method == "x", action: block }\n`;

/** What km reads of the policy in force, its signature looked at. */
async function inForce() {
  const { body } = await world.ask('GET', '/api/policy', { jwt });
  const keys = (await world.ask('GET', '/.well-known/jwks.json')).body as unknown as JSONWebKeySet;
  const { payload } = await compactVerify(String(body.jws), createLocalJWKSet(keys));
  return { policy: body.policy, signed: JSON.parse(new TextDecoder().decode(payload)) };
}

test('the serial that is signed rises whenever a policy is put in force, an earlier one too', async () => {
  expect((await world.ask('GET', '/api/policy', { jwt })).status).toBe(404);
  for (const name of ['first', 'second']) {
    await owner.ask('POST', '/api/policies', { policy: text(name), activate: true });
  }
  const second = await inForce();
  expect(second).toMatchObject({ policy: text('second'), signed: { org, version: 2 } });
  await owner.ask('POST', '/api/policies/1/activate');
  const first = await inForce();
  expect(first).toMatchObject({ policy: text('first'), signed: { org, version: 1 } });
  expect(first.signed.serial).toBeGreaterThan(second.signed.serial);
});

test('after an older state of the database was brought back, the next policy is newer than what was seen', async () => {
  const { signed } = await inForce();
  await world.db.query('update organisations set policy_serial = 3 where id = $1', [org]);
  world.clock.now += 60_000;
  await owner.ask('POST', '/api/policies/2/activate');
  expect((await inForce()).signed.serial).toBeGreaterThan(signed.serial);
});
