import { afterAll, beforeAll, expect, test } from 'vitest';
import { firstOwner } from '../src/commands/first-owner.ts';
import type { Db } from '../src/database/db.ts';
import { isMigrated, migrate } from '../src/database/migrate.ts';
import { createServices } from '../src/services.ts';
import { freshDatabase } from './fresh-database.ts';

let db: Db;
beforeAll(async () => {
  db = await freshDatabase();
}, 60_000);
afterAll(() => db.close());

const start = Date.parse('2026-07-28T12:00:00Z');
const config = {
  publicUrl: 'http://km.test',
  trustProxy: false,
  secret: 'the same secret for every replica, of course',
};
const replica = (now: () => number = () => start) => createServices({ db, log: () => {}, config, now });

test('replicas that start together take each step of the schema once, and make one first owner', async () => {
  const steps = (await Promise.all([1, 2, 3, 4].map(() => migrate(db)))).flat();
  expect(new Set(steps).size).toBe(steps.length);
  expect(await isMigrated(db)).toBe(true);
  const links = await Promise.all([1, 2, 3, 4].map(() => firstOwner(replica())));
  expect(links.filter((link) => link !== undefined)).toHaveLength(1);
});

test('a token is taken by the replica that has not yet heard of the key that signed it', async () => {
  let later = start;
  const [one, other] = [replica(), replica(() => later)];
  await Promise.all([one.signingKeys.jwks(), other.signingKeys.jwks()]);
  later += 31 * 86_400_000;
  const token = await other.signingKeys.signToken({ sub: 'somebody' }, 60);
  await expect(one.signingKeys.verifyToken(token)).resolves.toMatchObject({ sub: 'somebody' });
});
