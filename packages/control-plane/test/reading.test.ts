import { afterAll, beforeAll, expect, test } from 'vitest';
import { upkeep } from '../src/upkeep.ts';
import { openWorld, type World } from './world.ts';
import { type Person, person } from './world-people.ts';

let world: World;
let viewer: Person;
let analyst: Person;
let jwt: string;
beforeAll(async () => {
  world = await openWorld();
  const made = await world.organisation();
  ({ jwt } = made);
  viewer = await person(world, made.org, 'viewer');
  analyst = await person(world, made.org, 'analyst');
  const call = (seq: number, more: object) => ({
    ...{ id: `run-1:${seq}`, kind: 'exchange', run: 'run-1', server: 'files', method: 'tools/call', tool: 'read' },
    ...{ ts: '2026-07-28T10:15:00Z', client: { name: 'a client' }, tags: { team: 'web' }, status: 'ok', ms: 10 },
    ...{ bytes_in: 100, bytes_out: 1_000, ...more },
  });
  const finding = { rule: 'files.sensitive', owasp: 'MCP01:2025', weight: 0.9, reason: 'A key.' };
  const events = [
    ...Array.from({ length: 98 }, (_, seq) => call(seq, { ms: 10 })),
    call(98, { ms: 1_000, status: 'error' }),
    call(99, { ms: 5_000, status: 'tool_error', tool: 'write', risk: 0.9, outcome: 'answered', findings: [finding] }),
    call(100, { ts: '2026-07-27T10:15:00Z', run: 'run-0', id: 'run-0:1' }),
  ];
  for (const half of [events.slice(0, 60), events.slice(60)]) {
    await world.ask('POST', '/api/events/telemetry', { jwt, body: { events: half } });
  }
}, 60_000);
afterAll(() => world.close());

const day = 'from=2026-07-28T00:00:00Z&to=2026-07-29T00:00:00Z';

test('figures are told apart by tool, and the same after upkeep has summed them up', async () => {
  const ask = () => viewer.ask('GET', `/api/analytics/errors?${day}&by=tool`);
  const before = (await ask()).body.rows;
  expect(before).toEqual([
    { t: null, key: 'read', calls: 99, errors: 1, tool_errors: 0, unanswered: 0 },
    { t: null, key: 'write', calls: 1, errors: 0, tool_errors: 1, unanswered: 0 },
  ]);
  const [{ n: rows }] = (await world.db.query<{ n: number }>('select count(*)::int as n from rollups')) as [
    { n: number },
  ];
  world.clock.now += 3_600_000;
  await upkeep(world.services);
  const [{ n: left }] = (await world.db.query<{ n: number }>('select count(*)::int as n from rollups')) as [
    { n: number },
  ];
  expect(left).toBeLessThan(rows);
  expect((await ask()).body.rows).toEqual(before);
});

test('latencies lie within 3 % of what they were', async () => {
  const { body } = await viewer.ask('GET', `/api/analytics/latency?${day}&method=tools/call&tag=team=web`);
  const [{ calls, p50, p95, p99, mean }] = body.rows as [Record<string, number>];
  expect(calls).toBe(100);
  const near = (value: number | undefined, wanted: number) =>
    expect(Math.abs((value ?? 0) / wanted - 1)).toBeLessThan(0.03);
  near(p50, 10);
  near(p95, 10);
  near(p99, 1_000);
  near(mean, 69.8);
});

test('a chart by the day reads from both grains, and by the hour from one', async () => {
  const from = 'from=2026-07-27T05:00:00Z&to=2026-07-28T13:00:00Z';
  const byDay = await viewer.ask('GET', `/api/analytics/usage?${from}&bucket=day`);
  expect(byDay.body.rows).toMatchObject([
    { t: '2026-07-27T00:00:00.000Z', calls: 1 },
    { t: '2026-07-28T00:00:00.000Z', calls: 100, bytes_in: 10_000 },
  ]);
  const byHour = await viewer.ask('GET', `/api/analytics/risk?${from}&bucket=hour&by=tag:team`);
  expect(byHour.body.rows).toMatchObject([
    { t: '2026-07-27T10:00:00.000Z', key: 'web', calls: 1 },
    { t: '2026-07-28T10:00:00.000Z', key: 'web', calls: 100, high: 1, blocked: 1 },
  ]);
});

test('runs are listed page by page, and what happened in one', async () => {
  const first = await analyst.ask('GET', '/api/sessions?limit=1');
  expect(first.body.rows).toMatchObject([
    { run: 'run-1', calls: 100, errors: 2, blocked: 1, max_risk: 0.9, client: 'a client' },
  ]);
  const second = await analyst.ask('GET', `/api/sessions?limit=1&after=${first.body.next}`);
  expect(second.body).toMatchObject({ rows: [{ run: 'run-0' }] });
  expect(second.body.next).toBeUndefined();
  const events = await analyst.ask('GET', '/api/sessions/run-0/events');
  expect(events.body.rows).toMatchObject([{ id: 'run-0:1', tool: 'read', tags: { team: 'web' } }]);
});

test('a finding can be judged, and who did it is on the audit trail', async () => {
  const { body } = await viewer.ask('GET', '/api/findings?rule=files.sensitive');
  const [{ id }] = body.rows as [{ id: string }];
  const judged = await analyst.ask('PATCH', `/api/findings/${id}`, { state: 'false_alarm' });
  expect(judged.body).toMatchObject({ id, state: 'false_alarm', rule: 'files.sensitive', event_id: 'run-1:99' });
  expect((await viewer.ask('GET', '/api/findings?state=open')).body.rows).toEqual([]);
});

test('what is older than it is kept is dropped by whole days, and its sums stay', async () => {
  world.clock.now = Date.parse('2026-11-15T00:00:00Z');
  await upkeep(world.services);
  expect(await world.db.query('select from events')).toHaveLength(0);
  const { org_id } = (await world.db.query<{ org_id: string }>('select org_id from rollups limit 1'))[0] ?? {
    org_id: '',
  };
  const owner = await person(world, org_id, 'owner');
  expect((await owner.ask('GET', `/api/analytics/usage?${day}`)).body.rows).toMatchObject([{ calls: 100 }]);
});
