import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Backlog, backlogBytesMax } from './backlog.ts';

const large = { bytes: new Uint8Array(backlogBytesMax), json: true, cut: false };

function keepBusy(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end; );
}

test('a process too busy to write is not taken for a disk that hangs', async () => {
  const backlog = new Backlog();
  backlog.push({ kind: 'request', time: 0, seq: 1, body: large });
  keepBusy(300);
  for (let turn = 0; turn < 5; turn++) await setImmediate();
  expect(backlog.pressure()).toBeInstanceOf(Promise);
  expect(backlog.full).toBe(false);
  backlog.clear();
});

test('a disk that takes nothing for a quarter of a second gives way to traffic', async () => {
  const backlog = new Backlog();
  backlog.push({ kind: 'request', time: 0, seq: 1, body: large });
  await backlog.pressure();
  expect(backlog.pressure()).toBeUndefined();
  expect(backlog.full).toBe(true);
});
