import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { TestClock } from '../../test/test-clock.ts';
import { Outbox, type OutboxOptions } from './outbox.ts';
import { noCounts, readState, readTotals } from './outbox-state.ts';
import { outboxPlaces } from './places.ts';
import type { Sent } from './send.ts';

const accepted = (count: number): Sent => ({
  kind: 'accepted',
  accepted: count,
  duplicates: 0,
  rejected: [],
  events_remaining: null,
});

const away: Sent = { kind: 'later', reason: 'away', long: true };

/** A control plane that says what a test wants, and takes everything by default. */
class Plane {
  readonly bodies: string[] = [];
  answers: Sent[] = [];
  readonly arrived: string[] = [];

  readonly send = async (body: string): Promise<Sent> => {
    this.bodies.push(body);
    const ids = (JSON.parse(body) as { events: { id: string }[] }).events.map(({ id }) => id);
    const answer = this.answers.shift() ?? accepted(ids.length);
    if (answer.kind === 'accepted') this.arrived.push(...ids);
    return answer;
  };
}

function makeFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'km-outbox-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function open(folder: string, given: Partial<OutboxOptions> = {}) {
  const clock = new TestClock();
  const plane = new Plane();
  const faults: string[] = [];
  const options = {
    places: outboxPlaces(folder),
    run: 'run-1',
    binding: 'https://plane a',
    batchSize: 3,
    flushSeconds: 30,
    memoryMax: 10,
    diskBytesMax: 1_000_000,
    send: plane.send,
    now: clock.now,
    after: clock.after,
    random: () => 1,
    onFault: (message: string) => faults.push(message),
    ...given,
  };
  const outbox = new Outbox(options);
  const pass = (ms: number) => clock.pass(ms, () => outbox.idle());
  return { clock, plane, faults, outbox, pass, places: options.places };
}

const event = (id: string, more: object = {}): string => JSON.stringify({ id, ...more });

function addAll(outbox: Outbox, ids: readonly string[]): void {
  for (const id of ids) outbox.add(event(id));
}

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.jsonl'))
    .sort();

test('a full batch is sent at once, what is fewer after flush_interval', async () => {
  const { outbox, plane, pass } = open(makeFolder());
  addAll(outbox, ['1', '2', '3', '4']);
  await pass(0);
  expect(plane.bodies).toEqual(['{"events":[{"id":"1"},{"id":"2"},{"id":"3"}]}']);
  await pass(29_999);
  expect(plane.arrived).toEqual(['1', '2', '3']);
  await pass(1);
  expect(plane.arrived).toEqual(['1', '2', '3', '4']);
  expect(outbox.counts).toEqual({ ...noCounts, sent: 4 });
});

test('an event is on the disk within a second, for its owner alone, and leaves it when it was taken', async () => {
  const folder = makeFolder();
  const { outbox, pass, places } = open(folder);
  addAll(outbox, ['1', '2']);
  await pass(1_000);
  const [name = ''] = filesIn(places.folder);
  const file = path.join(places.folder, name);
  expect(readFileSync(file, 'utf8')).toBe('\n{"id":"1"}\n{"id":"2"}');
  expect([file, path.join(places.folder, 'run-1/state.json')].map((one) => statSync(one).mode & 0o777)).toEqual([
    0o600, 0o600,
  ]);
  expect(statSync(places.folder).mode & 0o777).toBe(0o700);
  await pass(29_000);
  expect(filesIn(places.folder)).toEqual([]);
});

test('while the control plane is away it is asked again after pauses that double, up to five minutes, and then all arrives', async () => {
  const times: number[] = [];
  const { outbox, plane, pass, clock } = open(makeFolder());
  const reason = 'it is away';
  plane.answers = Array.from({ length: 15 }, () => ({ kind: 'later', reason }));
  const seen = () => plane.bodies.length;
  addAll(outbox, ['1', '2', '3']);
  await pass(0);
  for (let second = 0; second < 3_600 && outbox.trouble !== undefined; second++) {
    const before = seen();
    await pass(1_000);
    if (seen() > before) times.push(clock.time);
  }
  const pauses = times.map((time, index) => Math.round((time - (times[index - 1] ?? Date.UTC(2026, 10, 1))) / 1_000));
  expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 300, 300, 300]);
  expect(plane.arrived).toEqual(['1', '2', '3']);
});

test('Retry-After is honoured, however long a pause would have been otherwise', async () => {
  const { outbox, plane, pass } = open(makeFolder(), { random: () => 0 });
  plane.answers = [{ kind: 'later', reason: 'too busy', retryAfterMs: 7_200_000 }];
  addAll(outbox, ['1', '2', '3']);
  await pass(7_199_000);
  expect(plane.bodies).toHaveLength(1);
  await pass(1_000);
  expect(plane.arrived).toEqual(['1', '2', '3']);
});

test('when the quota is used up, nothing is sent for the better part of an hour, and nothing is lost', async () => {
  const { outbox, plane, pass } = open(makeFolder());
  plane.answers = [{ kind: 'accepted', accepted: 3, duplicates: 0, rejected: [], events_remaining: 0 }];
  addAll(outbox, ['1', '2', '3', '4', '5', '6']);
  await pass(1_700_000);
  expect([plane.bodies.length, outbox.trouble]).toEqual([1, 'The quota of this month is used up.']);
  await pass(2_000_000);
  expect(plane.arrived).toEqual(['1', '2', '3', '4', '5', '6']);
});

test('events that were refused are set aside with the reason, told once, counted, and never sent again', async () => {
  const { outbox, plane, pass, places, faults } = open(makeFolder());
  plane.answers = [
    { kind: 'accepted', accepted: 2, duplicates: 0, rejected: [{ index: 1, reason: 'ts' }], events_remaining: null },
    { kind: 'refused', reason: 'request.invalid' },
  ];
  addAll(outbox, ['1', '2', '3', '4', '5', '6']);
  await pass(10_000_000);
  expect(plane.bodies).toHaveLength(2);
  expect(outbox.counts).toEqual({ ...noCounts, sent: 2, refused: 4 });
  expect(readFileSync(places.refused, 'utf8').split('\n').slice(0, 2)).toEqual([
    '{"reason":"ts","event":{"id":"2"}}',
    '{"reason":"request.invalid","event":{"id":"4"}}',
  ]);
  expect(faults).toHaveLength(1);
});

test('a batch that is too large is sent in halves; an event that is too large by itself is set aside', async () => {
  const { outbox, plane, pass } = open(makeFolder(), { batchSize: 4 });
  plane.answers = [{ kind: 'too-large' }, { kind: 'too-large' }, { kind: 'too-large' }];
  addAll(outbox, ['1', '2', '3', '4']);
  await pass(0);
  expect(plane.arrived).toEqual(['2', '3', '4']);
  expect(outbox.counts).toEqual({ ...noCounts, sent: 3, refused: 1 });
});

test('what a killed run had on the disk is sent by the next run, once, and its counts are kept', async () => {
  const folder = makeFolder();
  const dead = open(folder);
  dead.plane.answers = [accepted(3), away];
  addAll(dead.outbox, ['1', '2', '3', '4', '5', '6', '7']);
  await dead.pass(1_000);
  expect(dead.plane.arrived).toEqual(['1', '2', '3']);
  await killed(dead.places.folder);

  const next = open(folder, { run: 'run-2' });
  await next.pass(0);
  expect(next.plane.arrived).toEqual(['4', '5', '6', '7']);
  expect(filesIn(folder)).toEqual([]);
  expect(await readTotals(next.places.totals)).toEqual({ counts: { ...noCounts, sent: 3 }, last: 'run-1' });
});

test('a line that was cut off when km was killed costs that event alone', async () => {
  const folder = makeFolder();
  const dead = open(folder);
  dead.plane.answers = [away];
  addAll(dead.outbox, ['1', '2', '3']);
  await dead.pass(1_000);
  const [name = ''] = filesIn(dead.places.folder);
  writeFileSync(path.join(dead.places.folder, name), '\n{"id":"1"}\n{"id":"2"}\n{"id":"3');
  await killed(dead.places.folder);
  const next = open(folder, { run: 'run-2' });
  await next.pass(0);
  expect(next.plane.arrived).toEqual(['1', '2']);
});

test('events of another account, and those of a run that goes on, are left alone', async () => {
  const folder = makeFolder();
  const other = open(folder, { binding: 'https://plane b' });
  const living = open(folder, { run: 'run-2' });
  for (const { outbox, plane, pass } of [other, living]) {
    plane.answers = [away];
    addAll(outbox, ['1', '2', '3']);
    await pass(1_000);
  }
  await killed(other.places.folder);
  const next = open(folder, { run: 'run-3' });
  await next.pass(0);
  expect(next.plane.bodies).toEqual([]);
  expect(filesIn(path.join(folder, 'outbox'))).toHaveLength(2);
});

test('of ten that find a dead run at once, one sends its events', async () => {
  const folder = makeFolder();
  const dead = open(folder);
  dead.plane.answers = [away];
  addAll(dead.outbox, ['1', '2', '3']);
  await dead.pass(1_000);
  await killed(dead.places.folder);
  const next = Array.from({ length: 10 }, (_, index) => open(folder, { run: `run-${index + 2}` }));
  await Promise.all(next.map(({ pass }) => pass(300_000)));
  expect(next.flatMap(({ plane }) => plane.arrived)).toEqual(['1', '2', '3']);
});

test('closing sends what is left; where it cannot, the next run does, and nothing is waited for beyond the deadline', async () => {
  const folder = makeFolder();
  const hangs = open(folder, {
    send: (_, signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve({ kind: 'later', reason: 'km hung up' }));
      }),
  });
  addAll(hangs.outbox, ['1', '2']);
  const closed = hangs.outbox.close(500);
  await hangs.clock.pass(500, () => new Promise(setImmediate));
  await closed;
  expect(await readState(path.join(folder, 'outbox/run-1/state.json'))).toMatchObject({ ended: true });

  const next = open(folder, { run: 'run-2' });
  addAll(next.outbox, ['3']);
  await next.pass(0);
  await next.outbox.close(500);
  expect(next.plane.arrived).toEqual(['1', '2', '3']);
  expect(readdirSync(path.join(folder, 'outbox'))).toEqual(['totals.json']);
});

test('a run that had nothing to tell leaves nothing behind', async () => {
  const folder = makeFolder();
  const { outbox, pass } = open(folder);
  await pass(1_000);
  await outbox.close(500);
  expect(readdirSync(path.join(folder, 'outbox'))).toEqual([]);
});

test('where the disk takes nothing, events wait in memory up to a bound; what comes beyond is counted, and the rest is sent', async () => {
  const folder = makeFolder();
  // Root may write anywhere: a file stands where the folder would be.
  writeFileSync(path.join(folder, 'outbox'), 'in the way');
  const { outbox, plane, pass, faults } = open(folder);
  plane.answers = [away];
  addAll(
    outbox,
    Array.from({ length: 15 }, (_, index) => `${index}`),
  );
  await pass(100);
  expect(outbox.counts).toEqual({ ...noCounts, dropped: 5 });
  expect(faults.join('\n')).toMatch(/Events are lost/);
  await pass(3_600_000);
  expect(plane.arrived).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
  expect(faults.filter((text) => /cannot be kept on the disk/.test(text))).toHaveLength(1);
});

test('the disk is used up to a bound, and what was written is never thrown away', async () => {
  const folder = makeFolder();
  const { outbox, plane, pass, places } = open(folder, { diskBytesMax: 100, memoryMax: 5 });
  plane.answers = [{ kind: 'later', reason: 'away', retryAfterMs: 1_000_000 }];
  for (let index = 0; index < 20; index++) {
    outbox.add(event(`${10 + index}`));
    await pass(1_000);
  }
  const onDisk = filesIn(places.folder).map((name) => statSync(path.join(places.folder, name)).size);
  expect(onDisk.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(100);
  await pass(2_000_000);
  expect(plane.arrived.length + outbox.counts.dropped).toBe(20);
  expect(outbox.counts.dropped).toBeGreaterThan(0);
  expect(plane.arrived.slice(0, 8)).toEqual(['10', '11', '12', '13', '14', '15', '16', '17']);
});

/** Makes the state of a run that of a process that is no more. */
async function killed(folder: string): Promise<void> {
  const file = path.join(folder, 'run-1/state.json');
  const state = JSON.parse(readFileSync(file, 'utf8')) as { owner: { pid: number } };
  // No process has this number: it is above the largest that Linux gives.
  writeFileSync(file, JSON.stringify({ ...state, owner: { ...state.owner, pid: 2 ** 30 } }));
}
