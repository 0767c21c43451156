import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
}, 60_000);
afterAll(() => world.close());

const event = (seq: number, more: object = {}) => ({
  id: `run-1:${seq}`,
  kind: 'exchange',
  ts: '2026-07-28T11:59:00Z',
  run: 'run-1',
  server: 'files',
  method: 'tools/call',
  tool: 'read_file',
  ms: 12,
  status: 'ok',
  ...more,
});

test('what is sent twice counts once', async () => {
  const { org, jwt } = await world.organisation();
  const send = (...events: object[]) => world.ask('POST', '/api/events/telemetry', { jwt, body: { events } });
  expect((await send(event(1), event(2))).body).toMatchObject({ accepted: 2, duplicates: 0, rejected: [] });
  expect((await send(event(2), event(3))).body).toMatchObject({
    accepted: 1,
    duplicates: 1,
    events_remaining: 19_999_997,
  });
  const rows = await world.db.query('select sum(calls)::int as calls from rollups where org_id = $1 and grain = $2', [
    org,
    'day',
  ]);
  expect(rows).toEqual([{ calls: 3 }]);
});

test('what a refused batch would have added is not counted on by those after it', async () => {
  const { org, jwt } = await world.organisation();
  const send = () => world.ask('POST', '/api/events/telemetry', { jwt, body: event(1, { tool: 'a tool seen first' }) });
  await world.db.query(`insert into quotas (org_id, month, events) values ($1, '2026-07-01', 20000000)`, [org]);
  expect((await send()).body.code).toBe('quota.exhausted');
  await world.db.query('delete from quotas where org_id = $1', [org]);
  expect((await send()).body).toMatchObject({ accepted: 1 });
  const counted = await world.db.query(
    'select d.tool, sum(r.calls)::int as calls from rollups r join dimensions d on d.id = r.dimension where r.org_id = $1 and r.grain = $2 group by 1',
    [org, 'day'],
  );
  expect(counted).toEqual([{ tool: 'a tool seen first', calls: 1 }]);
});

test('a bad event does not take the others with it', async () => {
  const { jwt } = await world.organisation();
  const body = [event(1), { ...event(2), ts: 'yesterday' }, 7];
  const answer = await world.ask('POST', '/api/events/telemetry', { jwt, body });
  expect(answer.body).toMatchObject({ accepted: 1, duplicates: 0, rejected: [{ index: 1 }, { index: 2 }] });
});

test('an organisation sees its own rows only, and cannot write those of another', async () => {
  const one = await world.organisation('One');
  const other = await world.organisation('Other');
  await world.ask('POST', '/api/events/telemetry', { jwt: one.jwt, body: event(1) });
  const seen = await world.db.within(other.org, (sql) => sql.query('select count(*)::int as n from events'));
  expect(seen).toEqual([{ n: 0 }]);
  await expect(
    world.db.within(other.org, (sql) =>
      sql.query(`insert into quotas (org_id, month, events) values ($1, '2026-07-01', 1)`, [one.org]),
    ),
  ).rejects.toThrow(/row-level security/);
});

test('a name that PostgreSQL cannot hold does not hide the call: what it cannot hold is replaced, and nothing else', async () => {
  const { jwt, org } = await world.organisation();
  const tools = [String.raw`a\u0000b`, String.raw`a\ud800b`, String.raw`\ud83d\ude00`, String.raw`a\\u0000`];
  const events = tools.map((tool, seq) => JSON.stringify(event(seq)).replace('read_file', () => tool));
  const { body } = await world.ask('POST', '/api/events/telemetry', { jwt, text: `[${events}]` });
  expect(body).toMatchObject({ accepted: 4, rejected: [] });
  const kept = await world.db.query(`select body->>'tool' as tool from events where org_id = $1 order by id`, [org]);
  expect(kept).toEqual(['a\uFFFDb', 'a\uFFFDb', '\u{1F600}', String.raw`a\u0000`].map((tool) => ({ tool })));
});
