import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Load, startLoad } from './load.ts';
import { compileNative, type Native } from './native.ts';

let folder = '';
let native: Native;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'km-bench-test-'));
  native = compileNative(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const start = (...command: string[]): Promise<Load> => startLoad(native.load, { command, env: process.env });

/** A proxy whose answers go through the sed script `script`. */
const altered = (script: string): Promise<Load> => start('sh', '-c', `${native.echo} | sed -u '${script}'`);

test('lines of every length come back through a pipe', async () => {
  const load = await start('sh', '-c', `cat | ${native.echo}`);
  for (const size of [99, 100, 4_096, 65_537, 3_000_000]) {
    expect(await load.send({ size, total: 10, window: 3 })).toMatchObject({ messages: 10, bytes: 10 * size });
  }
  expect(await load.end()).toMatchObject({ exit: 0, answered: 50 });
});

test('a paced run takes as long as its pace says', async () => {
  const load = await start(native.echo);
  const { messages, ns } = await load.send({ size: 200, total: 50, window: 100, everyMs: 2 });
  await load.end();
  expect(messages).toBe(50);
  expect(ns).toBeGreaterThanOrEqual(98e6);
});

test.each([
  ['changes a byte', '5s/Gr/GR/'],
  ['drops a line', '5d'],
  ['doubles a line', '5p'],
])('a proxy that %s is found out', async (_what, script) => {
  const load = await altered(script);
  await expect(load.send({ size: 1_024, total: 20, window: 5 })).rejects.toThrow(/not the bytes that must come back/);
});

test('a proxy that dies is found out', async () => {
  // The shell holds the pipe open, so it has to go as well.
  const load = await start('sh', '-c', `${native.echo} | { sed -u 5q; kill $$; }`);
  await expect(load.send({ size: 1_024, total: 20, window: 5 })).rejects.toThrow(/closed its output|no more input/);
});
