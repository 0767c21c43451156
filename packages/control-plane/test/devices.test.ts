import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openWorld, type World } from './world.ts';
import { type Person, person } from './world-people.ts';

let world: World;
let owner: Person;
beforeAll(async () => {
  world = await openWorld();
  owner = await person(world, (await world.organisation()).org, 'owner');
}, 60_000);
beforeEach(() => {
  world.clock.now += 3_600_000;
});
afterAll(() => world.close());

const start = async () =>
  (await world.ask('POST', '/api/auth/device-code/start', { body: { client_name: 'a laptop' } })).body;
const poll = async (code: unknown) => {
  world.clock.now += 6_000;
  return world.ask('POST', '/api/auth/device-code/poll', { body: { device_code: code } });
};

test('a person approves, and the device gets a key of its own, once', async () => {
  const { device_code, user_code } = await start();
  expect((await poll(device_code)).body.error).toBe('authorization_pending');
  const typed = String(user_code).toLowerCase().replace('-', ' ');
  const shown = await owner.ask('GET', `/api/auth/device-code/${encodeURIComponent(typed)}`);
  expect(shown.body).toMatchObject({ client_name: 'a laptop' });
  expect((await owner.ask('POST', `/api/auth/device-code/${user_code}`, { approve: true })).status).toBe(204);
  const { body } = await poll(device_code);
  const exchanged = await world.ask('POST', '/api/auth/exchange', { body: { api_key: body.api_key } });
  expect(exchanged.status).toBe(200);
  expect((await poll(device_code)).body.error).toBe('expired_token');
});

test('who is refused is told so, and who asks too often to slow down', async () => {
  const { device_code, user_code } = await start();
  await owner.ask('POST', `/api/auth/device-code/${user_code}`, { approve: false });
  expect((await poll(device_code)).body.error).toBe('access_denied');
  const other = await start();
  await poll(other.device_code);
  const hasty = await world.ask('POST', '/api/auth/device-code/poll', { body: { device_code: other.device_code } });
  expect(hasty.body.error).toBe('slow_down');
});

test('a code ends after ten minutes, for both sides', async () => {
  const { device_code, user_code } = await start();
  world.clock.now += 10 * 60_000;
  expect((await poll(device_code)).body.error).toBe('expired_token');
  expect((await owner.ask('POST', `/api/auth/device-code/${user_code}`, { approve: true })).status).toBe(404);
});

test('who guesses codes is held up', async () => {
  const looks = [];
  for (let i = 0; i < 25; i++) looks.push((await owner.ask('GET', '/api/auth/device-code/BCDF-GHJK')).status);
  expect(looks.filter((status) => status === 429)).toHaveLength(5);
});
