import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Backlog, backlogBytesMax } from './backlog.ts';

const mebibyte = { kind: 'request', time: 0, seq: 1, body: { bytes: new Uint8Array(1_048_576), json: true } } as const;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function fill(backlog: Backlog): void {
  while (backlog.bytes < backlogBytesMax) backlog.push(mebibyte);
}

/** Whether the promise has ended, asked without waiting for it. */
function watch(promise: Promise<void> | undefined): { ended: boolean } {
  const state = { ended: false };
  void promise?.then(() => {
    state.ended = true;
  });
  return state;
}

test('the sources pause above the bound and go on when half of it is written', async () => {
  const backlog = new Backlog();
  expect(backlog.pressure()).toBeUndefined();
  fill(backlog);
  const paused = watch(backlog.pressure());
  while (backlog.bytes > backlogBytesMax / 2) {
    expect(paused.ended).toBe(false);
    backlog.shift();
    backlog.progressed();
    await vi.advanceTimersByTimeAsync(200);
  }
  expect(paused.ended).toBe(true);
  expect(backlog.full).toBe(false);
});

test('when no write completes for 250 ms traffic goes on and new records are dropped', async () => {
  const backlog = new Backlog();
  fill(backlog);
  const paused = watch(backlog.pressure());
  await vi.advanceTimersByTimeAsync(249);
  expect([paused.ended, backlog.full]).toEqual([false, false]);
  await vi.advanceTimersByTimeAsync(2);
  expect([paused.ended, backlog.full]).toEqual([true, true]);
  expect(backlog.pressure()).toBeUndefined();
  backlog.progressed();
  expect(backlog.full).toBe(false);
});

test('a process too busy to write for 250 ms is not taken for a disk that hangs', async () => {
  vi.useRealTimers();
  const backlog = new Backlog();
  fill(backlog);
  for (const end = performance.now() + 300; performance.now() < end; );
  for (let turn = 0; turn < 5; turn++) await setImmediate();
  expect(backlog.full).toBe(false);
  backlog.clear();
});

test('sources that do not pause are stopped at four times the bound', () => {
  const backlog = new Backlog();
  fill(backlog);
  while (!backlog.full) backlog.push(mebibyte);
  expect(backlog.bytes).toBeLessThan(4 * backlogBytesMax + 2_000_000);
});

test('entries leave in the order they came', () => {
  const backlog = new Backlog();
  for (let seq = 1; seq <= 10_000; seq++) backlog.push({ kind: 'blank', time: 0, seq });
  for (let seq = 1; seq <= 9_000; seq++) expect(backlog.shift()?.seq).toBe(seq);
  expect(backlog.clear().map(({ seq }) => seq)[0]).toBe(9_001);
  expect([backlog.size, backlog.bytes, backlog.taken, backlog.shift()]).toEqual([0, 0, 10_000, undefined]);
});

test('where single messages may be longer than the bound, the sources pause above their length', () => {
  const backlog = new Backlog(2 * backlogBytesMax);
  fill(backlog);
  expect(backlog.pressure()).toBeUndefined();
  while (backlog.bytes < 2 * backlogBytesMax) backlog.push(mebibyte);
  expect(backlog.pressure()).toBeInstanceOf(Promise);
});
