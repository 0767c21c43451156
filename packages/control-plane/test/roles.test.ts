import type { Operation } from '@kilometers/core/api/operation.ts';
import { operations } from '@kilometers/core/api/operations.ts';
import { type Caller, may, roles } from '@kilometers/core/api/roles.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { routes } from '../src/routes/routes.ts';
import { openWorld, type World } from './world.ts';
import { person } from './world-people.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
}, 60_000);
afterAll(() => world.close());

/** Streams have no end to wait for. */
const asked = operations.filter(({ answer }) => answer.type !== 'text/event-stream');
const pathOf = ({ path }: Operation) => path.replaceAll(/\{\w*id\}/g, crypto.randomUUID()).replaceAll(/\{\w+\}/g, '7');

test('every operation of the contract is served, and nothing else', () => {
  expect(
    routes(world.services)
      .map(({ operation }) => operation.id)
      .sort(),
  ).toEqual(operations.map(({ id }) => id).sort());
});

test('without a token only what is for anyone answers', async () => {
  for (const operation of asked) {
    const { status, body } = await world.ask(operation.method, pathOf(operation), {
      body: operation.body ? {} : undefined,
    });
    const refused = status === 401 && body.code === 'auth.missing';
    if (operation.needs !== 'anyone') expect(refused, operation.id).toBe(true);
  }
});

test.each([...roles, 'km'] as Caller[])('%s gets 403 for what it may not do, and for nothing else', async (caller) => {
  const { org, jwt } = await world.organisation();
  const member = caller === 'km' ? undefined : await person(world, org, caller);
  for (const operation of asked) {
    if (operation.needs === 'anyone' || operation.id === 'signOut') continue;
    const body = operation.body ? {} : undefined;
    const path = pathOf(operation);
    const { status, body: problem } = member
      ? await member.ask(operation.method, path, body)
      : await world.ask(operation.method, path, { body, jwt });
    const byRole = status === 403 && String(problem.detail).startsWith(operation.id);
    expect(byRole, `${caller} ${operation.id}: ${status}`).toBe(!may(caller, operation.needs));
  }
});

test('what belongs to another organisation is not found', async () => {
  const one = await world.organisation('One');
  const other = await world.organisation('Other');
  const owner = await person(world, one.org, 'owner');
  const stranger = await person(world, other.org, 'owner');
  const { body } = await owner.ask('POST', '/api/keys', { name: 'ours' });
  const { id } = body.key as { id: string };
  expect((await stranger.ask('DELETE', `/api/keys/${id}`)).status).toBe(404);
  expect((await stranger.ask('PATCH', `/api/members/${owner.user}`, { role: 'viewer' })).status).toBe(404);
  expect((await stranger.ask('GET', '/api/keys')).body.rows).toHaveLength(1);
  expect((await owner.ask('DELETE', `/api/keys/${id}`)).status).toBe(204);
});

test('a cookie alone changes nothing: the request has to come from a page of ours', async () => {
  const { org } = await world.organisation();
  const owner = await person(world, org, 'owner');
  const foreign = await owner.ask('POST', '/api/keys', { name: 'x' }, { headers: { Origin: 'https://evil.test' } });
  expect([foreign.status, foreign.body.code]).toEqual([403, 'auth.forbidden']);
});

test('nobody raises themselves, and the last owner stays', async () => {
  const { org } = await world.organisation();
  const owner = await person(world, org, 'owner');
  const admin = await person(world, org, 'admin');
  const change = (by: typeof owner, user: string, role: string) => by.ask('PATCH', `/api/members/${user}`, { role });
  expect((await change(admin, admin.user, 'owner')).status).toBe(403);
  expect((await change(admin, owner.user, 'viewer')).status).toBe(403);
  expect((await change(owner, owner.user, 'admin')).body.code).toBe('request.conflict');
  expect((await owner.ask('DELETE', `/api/members/${admin.user}`)).status).toBe(204);
  expect((await admin.ask('GET', '/api/members')).status).toBe(401);
});
