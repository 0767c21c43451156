import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openApiClient } from '../../packages/km/src/account/api-client.ts';
import { issue } from '../../packages/km/src/certs/issue.ts';
import { Secret } from '../../packages/km/src/config/secret.ts';
import { Outbox } from '../../packages/km/src/outbox/outbox.ts';
import { outboxPlaces } from '../../packages/km/src/outbox/places.ts';
import { sendToControlPlane } from '../../packages/km/src/outbox/send-to-control-plane.ts';
import { TestClock } from '../../packages/km/test/test-clock.ts';
import { apiClient } from '../../scripts/api-client.ts';
import { callTool, initialize, request } from '../e2e/rpc.ts';
import { dataFolder, installed, makeHome, monitor, records, runKm } from '../e2e/start-km.ts';
import { type Fault, openFaultProxy } from './fault-proxy.ts';
import { callsOf, eventsOf, flush, openTelemetryWorld, signedInHome, type TelemetryWorld } from './telemetry-world.ts';

let world: TelemetryWorld;
const server = installed('mcp-server-everything');
const folder = mkdtempSync(path.join(tmpdir(), 'km-telemetry-'));

beforeAll(async () => {
  world = await openTelemetryWorld(folder);
}, 60_000);
afterAll(async () => {
  await world.plane.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Way {
  readonly url: string;
  readonly ca?: string;
}

/** An outbox of this process, with a clock that the test moves. */
async function openTestOutbox({ url, ca }: Way, home = makeHome()) {
  const answer = await apiClient(world.plane.url).send<{ jwt: string }>('POST', '/api/auth/exchange', {
    api_key: await world.newKey(),
  });
  const token = async () => new Secret(answer.jwt);
  const client = openApiClient({ apiUrl: url, token, ...(ca !== undefined && { tls: { ca } }) });
  const clock = new TestClock();
  const outbox = new Outbox({
    ...{ places: outboxPlaces(home), run: 'a-run', binding: url, batchSize: 5, flushSeconds: 30 },
    ...{ memoryMax: 10_000, diskBytesMax: 1_000_000, send: sendToControlPlane(client, () => true) },
    ...{ now: clock.now, after: clock.after, random: Math.random, onFault: () => {} },
  });
  return { outbox, clock, pass: (ms: number) => clock.pass(ms, () => outbox.idle()) };
}

const event = (run: string, id: number) =>
  JSON.stringify({
    id: `${run}:${id}`,
    kind: 'exchange',
    ts: new Date().toISOString(),
    run,
    method: run,
    status: 'ok',
  });

test('whatever happens on the way, every event arrives in the end, and counts once', async () => {
  const run = 'through-faults';
  const proxy = await openFaultProxy(world.plane.port);
  const faults: Fault[] = ['cut', 'lose-answer', 'error-500', 'garbage', 'busy', 'lose-answer', 'pass', 'lose-answer'];
  proxy.faults.push(...faults);
  const { outbox, pass } = await openTestOutbox(proxy);
  for (let id = 1; id <= 23; id++) outbox.add(event(run, id));
  await pass(600_000);
  expect(proxy.faults).toEqual([]);
  expect((await eventsOf(world.owner, run)).map(({ id }) => id).sort()).toEqual(
    Array.from({ length: 23 }, (_, index) => `${run}:${index + 1}`).sort(),
  );
  expect(await callsOf(world.owner, run)).toBe(23);
  expect(outbox.counts).toMatchObject({ dropped: 0, refused: 0 });
  expect(outbox.counts.sent + outbox.counts.duplicates).toBe(23);
});

test('a control plane that comes back after an hour gets everything, and was not asked all the time', async () => {
  const run = 'away-for-an-hour';
  const proxy = await openFaultProxy(world.plane.port);
  proxy.faults.push(...Array.from({ length: 500 }, (): Fault => 'cut'));
  const { outbox, pass } = await openTestOutbox(proxy);
  for (let id = 1; id <= 12; id++) outbox.add(event(run, id));
  await pass(3_600_000);
  expect(proxy.bodies.length).toBeLessThan(30);
  expect(await callsOf(world.owner, run)).toBe(0);
  proxy.faults.length = 0;
  await pass(301_000);
  expect(await callsOf(world.owner, run)).toBe(12);
});

test('nothing is sent over a certificate that has expired; a renewed one gets everything', async () => {
  const run = 'expired-certificate';
  const day = 86_400_000;
  const [from, hosts] = [Date.now() - 30 * day, ['127.0.0.1']];
  const ca = issue({ name: 'an authority', use: 'ca', from, until: Date.now() + day });
  const issued = (until: number) => issue({ name: 'km', use: 'server', hosts, from, until }, ca);
  const expired = await openFaultProxy(world.plane.port, issued(Date.now() - day));
  const home = makeHome();
  const before = await openTestOutbox({ url: expired.url, ca: ca.cert }, home);
  before.outbox.add(event(run, 1));
  await before.pass(60_000);
  expect(expired.requests).toEqual([]);
  expect(before.outbox.trouble).toContain('cannot be reached');

  const renewed = await openFaultProxy(world.plane.port, issued(Date.now() + day));
  const after = await openTestOutbox({ url: renewed.url, ca: ca.cert });
  after.outbox.add(event(run, 1));
  await after.pass(60_000);
  expect(await callsOf(world.owner, run)).toBe(1);
});

test('traffic is never held: the session goes on and ends while the control plane keeps km waiting', async () => {
  const proxy = await openFaultProxy(world.plane.port);
  const home = await signedInHome(proxy.url, await world.newKey());
  await runKm(['config', 'set', 'telemetry.batch_size', '2'], { home });
  await runKm(['config', 'set', 'telemetry.flush_interval', '0.01'], { home });
  proxy.faults.push('hang', 'hang', 'hang');
  const run = monitor(server, { home });
  run.child.stdin.write(initialize(1));
  await vi.waitFor(() => expect(proxy.held).toBe(1), { timeout: 20_000 });
  // Held from here on; each answer comes all the same.
  for (const id of ['a', 'b', 'c']) {
    run.child.stdin.write(callTool(id, 'echo', { message: id }));
    await run.out.has(`"id":"${id}"`);
  }
  run.finish();
  expect(await run.status).toBe(0);
  expect(proxy.held).toBeLessThanOrEqual(1);
  proxy.release();
  proxy.faults.length = 0;
  const [{ run: id = '' } = {}] = records(home);
  await flush(home);
  const calls = (await eventsOf(world.owner, id)).filter((one) => (one as { kind?: string }).kind === 'exchange');
  expect(calls).toHaveLength(4);
});

test('what a km had in its outbox when it was killed is sent by the next, once; preview showed it, to the byte', async () => {
  const proxy = await openFaultProxy(world.plane.port);
  const home = await signedInHome(proxy.url, await world.newKey());
  proxy.faults.push(...Array.from({ length: 50 }, (): Fault => 'cut'));
  const run = monitor(server, { home });
  run.child.stdin.write(initialize(1) + request(2, 'tools/list') + callTool(3, 'echo', { message: 'x' }));
  await run.out.has('"id":3');
  const spooled = () =>
    batchFiles(home)
      .map((file) => readFileSync(file, 'utf8'))
      .join('');
  await vi.waitFor(() => expect(spooled().match(/"kind":"exchange"/g)).toHaveLength(3), { timeout: 20_000 });
  for (const file of batchFiles(home)) expect(statSync(file).mode & 0o777).toBe(0o600);
  run.child.kill('SIGKILL');
  await run.status;
  expect(await runKm(['telemetry', 'flush'], { home })).toMatchObject({
    status: 5,
    stderr: expect.stringContaining('still wait'),
  });

  proxy.faults.length = 0;
  const from = proxy.bodies.length;
  const preview = (await runKm(['telemetry', 'preview'], { home })).stdout;
  const shown = idsIn(preview);
  expect(shown.length).toBeGreaterThanOrEqual(3);
  expect(await flush(home)).toMatchObject({ status: 0, stdout: `${shown.length} events sent.\n` });
  expect(
    proxy.bodies
      .slice(from)
      .map((body) => `${body}\n`)
      .join(''),
  ).toBe(preview);
  const [{ run: id = '' } = {}] = records(home);
  expect((await eventsOf(world.owner, id)).map((one) => one.id).sort()).toEqual([...shown].sort());
  expect(shown).toEqual(expect.arrayContaining([`${id}:1`, `${id}:2`, `${id}:3`]));
  const status = await runKm(['telemetry', 'status', '--json'], { home });
  expect(JSON.parse(status.stdout)).toMatchObject({
    ...{ sends: true, sent: shown.length, dropped: 0, refused: 0 },
    waiting: { in_running_kms: 0, left_by_ended_kms: 0 },
  });
});

test('planted secrets stand in no log, spool, error, list of processes, environment of the server or body', async () => {
  const key = await world.newKey();
  const proxy = await openFaultProxy(world.plane.port);
  const home = await signedInHome(proxy.url, key);
  await runKm(['config', 'set', 'telemetry.include_content', 'true'], { home });
  proxy.faults.push(...Array.from({ length: 50 }, (): Fault => 'error-500'));
  const planted = {
    argument: `ghp_${'Zq8x'.repeat(9)}`,
    tag: `sk-ant-${'api03-'}${'Kw7y'.repeat(12)}`,
    password: 'planted-hunter2-password',
  };
  const options = ['-vvv', '--tag', `token=${planted.tag}`];
  const run = monitor(server, { home, options, env: { KM_API_KEY: key } });
  run.child.stdin.write(
    initialize(1) + callTool(2, 'echo', { message: `${planted.argument} password=${planted.password}` }),
  );
  await run.out.has('"id":2');
  const environments = childEnvironments(run.child.pid ?? 0);
  await vi.waitFor(() => expect(batchFiles(home).length).toBeGreaterThan(0), { timeout: 20_000 });
  const processes = readProcesses();
  run.finish();
  await run.status;
  const flushed = await flush(home);
  const preview = await runKm(['telemetry', 'preview'], { home });
  proxy.faults.length = 0;
  await flush(home);
  expect(proxy.bodies.join('')).toContain('"content"');

  const token = /"Bearer ([^"]+)"|"authorization":"Bearer ([^"]+)"/.exec(proxy.requests.join(''))?.[2] ?? '';
  expect(token.length).toBeGreaterThan(100);
  const account = path.join(dataFolder(home), 'account');
  const files = filesUnder(dataFolder(home)).filter((file) => !file.startsWith(account));
  const written = [
    ...files.map((file) => readFileSync(file, 'utf8')),
    ...[run.err.text, flushed.stderr, preview.stdout, proxy.bodies.join('')],
  ].join('\n');
  for (const secret of [key, token, ...Object.values(planted)]) expect(written).not.toContain(secret);
  for (const secret of [key, token]) for (const text of [processes, environments]) expect(text).not.toContain(secret);
  expect(environments).toContain('KM_TEST_MARK');
}, 120_000);

/** Ids of the events in bodies, one a line. */
function idsIn(bodies: string): readonly string[] {
  const events = bodies
    .trimEnd()
    .split('\n')
    .map((body) => (JSON.parse(body) as { events: { id: string }[] }).events);
  return events.flat().map(({ id }) => id);
}

function batchFiles(home: string): string[] {
  return filesUnder(path.join(dataFolder(home), 'outbox')).filter((file) => file.endsWith('.jsonl'));
}

function filesUnder(root: string): string[] {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

/** The command lines of all processes. */
function readProcesses(): string {
  return pids()
    .map((pid) => readProc(pid, 'cmdline'))
    .join('\n');
}

/** The environments of what a km has started. */
function childEnvironments(parent: number): string {
  const children = pids().filter((pid) => new RegExp(`\\) . ${parent} `).test(readProc(pid, 'stat')));
  return children.map((pid) => readProc(pid, 'environ')).join('\n');
}

const pids = () => readdirSync('/proc').filter((name) => /^\d+$/.test(name));

function readProc(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return ''; // It has ended meanwhile.
  }
}
