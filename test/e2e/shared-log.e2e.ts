import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { LogRecord } from '@kilometers/core/record.ts';
import { expect, test } from 'vitest';
import { initialize, request } from './rpc.ts';
import { dataFolder, makeHome, monitor, records, runKm, testServer } from './start-km.ts';

const requests = (count: number) => Array.from({ length: count }, (_, n) => request(n, 'tools/list')).join('');

/** Starts as many km's at once, each with a server that echoes, and waits for them all. */
async function together(home: string, count: number, input: string, options: readonly string[] = []): Promise<void> {
  const runs = Array.from({ length: count }, () => monitor(testServer('echoes'), { home, options }));
  for (const run of runs) run.finish(input);
  await Promise.all(
    runs.map(async (run) => {
      expect(await run.status).toBe(0);
      expect(run.out.text).toBe(input);
    }),
  );
}

async function verifies(home: string): Promise<void> {
  expect(await runKm(['logs', 'verify'], { home })).toMatchObject({ status: 0 });
}

test('ten km share one log: every message is there once and every chain verifies', async () => {
  const home = makeHome();
  await together(home, 10, requests(300));
  const all = records(home);
  const runs = new Set(all.map(({ run }) => run));
  expect(runs.size).toBe(10);
  for (const one of runs) expect(sequence(all.filter(({ run }) => run === one))).toEqual(upTo(600));
  await verifies(home);
});

function sequence(run: readonly LogRecord[]): number[] {
  return run
    .filter(({ dir }) => dir !== undefined)
    .map(({ seq }) => seq)
    .sort((a, b) => a - b);
}

const upTo = (last: number) => Array.from({ length: last }, (_, n) => n + 1);

test('two runs at once with one --session-id both verify', async () => {
  const home = makeHome();
  await together(home, 2, requests(50), ['--session-id', 'same']);
  expect(new Set(records(home).map(({ session }) => session))).toEqual(new Set(['same']));
  expect(new Set(records(home).map(({ run }) => run)).size).toBe(2);
  await verifies(home);
});

test('after the log was cleared it verifies, and the next run too', async () => {
  const home = makeHome();
  await together(home, 2, requests(50));
  expect(await runKm(['clear-logs'], { home })).toMatchObject({ status: 0 });
  await verifies(home);
  await together(home, 1, initialize());
  await verifies(home);
});

test('a changed record does not verify', async () => {
  const home = makeHome();
  await together(home, 1, requests(5));
  const file = path.join(dataFolder(home), 'mcp_proxy.log');
  writeFileSync(file, readFileSync(file, 'utf8').replace('"id":3', '"id":4'));
  expect((await runKm(['logs', 'verify'], { home })).status).not.toBe(0);
});
