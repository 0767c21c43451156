import { afterAll, beforeAll, expect, test } from 'vitest';
import { readBackup } from '../src/backup/read-backup.ts';
import { writeBackup } from '../src/backup/write-backup.ts';
import { migrate } from '../src/database/migrate.ts';
import { freshDatabase } from './fresh-database.ts';
import { openWorld, type World } from './world.ts';
import { person } from './world-people.ts';

let world: World;
let org: string;
let apiKey: string;
beforeAll(async () => {
  world = await openWorld();
  const made = await world.organisation();
  ({ org, apiKey } = made);
  const owner = await person(world, org, 'owner');
  await owner.ask('POST', '/api/keys', { name: 'another' });
  const events = [1, 2, 3].map((seq) => ({
    ...{ id: `r:${seq}`, kind: 'exchange', ts: '2026-07-28T11:00:00Z', run: 'r', tool: 'read', ms: 5 },
    findings: [{ rule: 'files.sensitive' }],
  }));
  await world.ask('POST', '/api/events/telemetry', { jwt: made.jwt, body: { events } });
}, 60_000);
afterAll(() => world.close());

async function backup(): Promise<string[]> {
  const lines: string[] = [];
  await writeBackup(world.db, async (line) => void lines.push(line), world.clock.now);
  return lines;
}

async function* each(lines: readonly string[]): AsyncIterable<string> {
  yield* lines;
}

test('what was backed up is there again: keys open, figures are the same, the audit chain goes on', async () => {
  const lines = await backup();
  const restored = await openWorld(async () => {
    const db = await freshDatabase();
    await migrate(db);
    await readBackup(db, each(lines));
    return db;
  });
  try {
    expect(await restored.db.query('select distinct tx from events')).toEqual([{ tx: 0 }]);
    const { body } = await restored.ask('POST', '/api/auth/exchange', { body: { api_key: apiKey } });
    const jwt = String(body.jwt);
    const again = { id: 'r:3', kind: 'exchange', ts: '2026-07-28T11:00:00Z', run: 'r', tool: 'read', ms: 5 };
    const sent = await restored.ask('POST', '/api/events/telemetry', { jwt, body: [again, { ...again, id: 'r:4' }] });
    expect(sent.body).toMatchObject({ accepted: 1, duplicates: 1 });
    const viewer = await person(restored, org, 'admin', 'new@acme.test');
    const usage = await viewer.ask('GET', '/api/analytics/usage?from=2026-07-28T00:00:00Z&to=2026-07-29T00:00:00Z');
    expect(usage.body.rows).toMatchObject([{ calls: 4 }]);
    const { rows } = (await viewer.ask('GET', '/api/audit')).body as {
      rows: { seq: number; prev: string; hash: string }[];
    };
    for (const [index, entry] of rows.slice(0, -1).entries()) expect(entry.prev).toBe(rows[index + 1]?.hash);
  } finally {
    await restored.close();
  }
}, 60_000);

test('a backup that is cut off, or was for a newer schema, brings in nothing', async () => {
  const lines = await backup();
  const db = await freshDatabase();
  await migrate(db);
  await expect(readBackup(db, each(lines.slice(0, -3)))).rejects.toThrow('not whole');
  const newer = JSON.stringify({ ...JSON.parse(lines[0] ?? ''), migrations: ['9999-later.sql'] });
  await expect(readBackup(db, each([newer, ...lines.slice(1)]))).rejects.toThrow('newer');
  expect(await db.query('select from organisations')).toHaveLength(0);
  await db.close();
}, 60_000);

test('a database that holds something already is left alone', async () => {
  await expect(readBackup(world.db, each(await backup()))).rejects.toThrow('not empty');
});
