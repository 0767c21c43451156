import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { anySegment, openLease } from './lease.ts';
import { withLock } from './lock.ts';
import { canRewrite, maintain, type Upkeep, withMaintainLock } from './maintain.ts';
import { ownOwner } from './owner.ts';
import { seal } from './rotate.ts';
import { listSegments, logPlaces } from './segments.ts';
import { sha256 } from './sha256.ts';
import type { Trim } from './writer.ts';

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'km-maintain-'));
  file = path.join(folder, 'mcp_proxy.log');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const line = (run: string, seq: number, kind = 'request') =>
  `{"v":1,"ts":"2026-11-22T00:00:00.000Z","run":"${run}","session":"a\\"kind","seq":${seq},"server":"s","kind":"${kind}","prev":"x","message":{"kind":"end"}}`;

/** Makes sealed segments, oldest first, with the given lines. */
function sealed(...contents: string[][]): string[] {
  return contents.map((lines, index) => {
    const segment = path.join(folder, `mcp_proxy.2026112${index}T000000000Z.abcdef01.log`);
    writeFileSync(segment, lines.map((text) => `${text}\n`).join(''));
    utimesSync(segment, 1_000 + index, 1_000 + index);
    return segment;
  });
}

const trims: Trim[] = [];
function upkeep(limits: Partial<Upkeep> = {}): Upkeep {
  trims.length = 0;
  const trim = async (more: readonly Trim[]) => trims.push(...more) >= 0;
  return { file, maxFiles: 100, maxAge: 0, now: Date.now(), trim, signal: new AbortController().signal, ...limits };
}
const names = () => listSegments(file).map(({ path: segment }) => path.basename(segment));

/** The id of a process that has ended. */
const deadPid = () => spawnSync(process.execPath, ['-e', '']).pid;

test('a sealed segment is compressed, keeps its time and its content, and is for its owner only', async () => {
  const [segment = ''] = sealed([line('a', 1)]);
  expect(await maintain(upkeep())).toBe('done');
  expect(existsSync(segment)).toBe(false);
  expect(gunzipSync(readFileSync(`${segment}.gz`)).toString()).toBe(`${line('a', 1)}\n`);
  expect([statSync(`${segment}.gz`).mtimeMs, statSync(`${segment}.gz`).mode & 0o777]).toEqual([1_000_000, 0o600]);
});

test('a segment that a living writer names is left alone, and all are while one says any', async () => {
  const [first = '', second = ''] = sealed([line('a', 1)], [line('a', 2)]);
  const lease = openLease(logPlaces(file), 'w');
  const [listed] = listSegments(file);
  if (listed === undefined) throw new Error('The segment is there.');
  await lease.set(listed.inode);
  expect(await canRewrite(file, listed)).toBe(false);
  expect(await maintain(upkeep({ maxFiles: 2 }))).toBe('later');
  expect(names()).toEqual([path.basename(first), `${path.basename(second)}.gz`]);
  await lease.set(anySegment);
  expect(await maintain(upkeep({ maxFiles: 1 }))).toBe('later');
  expect(names()).toHaveLength(2);
  await lease.drop();
  expect(await canRewrite(file, listed)).toBe(true);
  expect(await maintain(upkeep({ maxFiles: 1 }))).toBe('done');
  expect(names()).toEqual([]);
});

test('the lease of a dead process counts for nothing and is cleared away, that of a foreign one counts', async () => {
  sealed([line('a', 1)]);
  const { writers } = logPlaces(file);
  mkdirSync(writers);
  const lease = path.join(writers, 'dead.lease');
  writeFileSync(lease, JSON.stringify({ ...ownOwner(), pid: 1, space: 'elsewhere', inode: anySegment }));
  expect(await maintain(upkeep())).toBe('later');
  utimesSync(lease, 1_000, 1_000);
  expect(await maintain(upkeep())).toBe('done');
  sealed([line('a', 1)]);
  writeFileSync(lease, JSON.stringify({ ...ownOwner(), pid: deadPid(), inode: anySegment }));
  expect(await maintain(upkeep())).toBe('done');
  expect(readdirSync(writers)).toEqual([]);
});

test('what is over the limits goes, oldest first, after an anchor for each run that had not ended in it', async () => {
  sealed([line('a', 1), line('b', 1), line('a', 2), line('b', 2, 'end')], [line('a', 3)], [line('a', 4)]);
  expect(await maintain(upkeep({ maxFiles: 3 }))).toBe('done');
  expect(names()).toHaveLength(2);
  expect(trims).toEqual([{ of: 'a', last: 2, was: sha256(Buffer.from(line('a', 2))), reason: 'max_files' }]);
  expect(await maintain(upkeep({ maxAge: 1, now: 1_002_500 }))).toBe('done');
  expect(names()).toHaveLength(1);
  expect(trims).toEqual([{ of: 'a', last: 3, was: sha256(Buffer.from(line('a', 3))), reason: 'max_age' }]);
});

test('nothing is dropped while its anchor can not be written', async () => {
  sealed([line('a', 1)]);
  expect(await maintain(upkeep({ maxFiles: 1, trim: async () => false }))).toBe('later');
  expect(names()).toHaveLength(1);
});

test('segments of logrotate and files of others are not touched', async () => {
  for (const name of ['mcp_proxy.log.1', 'mcp_proxy.log.bak', 'other.log']) writeFileSync(path.join(folder, name), 'x');
  expect(await maintain(upkeep({ maxFiles: 1, maxAge: 1 }))).toBe('done');
  expect(readdirSync(folder).filter((name) => !name.endsWith('.writers'))).toEqual([
    'mcp_proxy.log.1',
    'mcp_proxy.log.bak',
    'other.log',
  ]);
});

test('what a process left that died while compressing is cleared away', async () => {
  const [segment = ''] = sealed([line('a', 1)]);
  writeFileSync(`${segment}.gz`, 'complete');
  writeFileSync(`${segment}.gz.77.tmp`, 'half');
  expect(await maintain(upkeep())).toBe('done');
  expect(readdirSync(folder).filter((name) => name.startsWith('mcp_proxy.2'))).toEqual([
    `${path.basename(segment)}.gz`,
  ]);
});

test('only one maintains at a time, and the lock of a dead one is taken over', async () => {
  const { writers } = logPlaces(file);
  expect(await withMaintainLock(file, async () => maintain(upkeep()))).toBe('later');
  writeFileSync(path.join(writers, 'maintain.lock'), JSON.stringify({ ...ownOwner(), pid: deadPid() }));
  const takers = await Promise.all([1, 2, 3, 4].map((taker) => withMaintainLock(file, async () => taker)));
  expect(takers.filter((taker) => taker !== undefined).length).toBeGreaterThan(0);
  expect(readdirSync(writers)).toEqual([]);
});

test('a lock is not held by two at once, also when it is taken over from the dead', async () => {
  const lock = path.join(folder, 'x.lock');
  let inside = 0;
  let most = 0;
  for (let round = 0; round < 50; round++) {
    writeFileSync(lock, JSON.stringify({ ...ownOwner(), pid: 2 ** 22 + 1 }));
    await Promise.all(
      [1, 2, 3].map(() =>
        withLock(lock, async () => {
          most = Math.max(most, ++inside);
          await new Promise((resolve) => setImmediate(resolve));
          inside--;
        }),
      ),
    );
    rmSync(lock, { force: true });
  }
  expect(most).toBe(1);
});

test('a segment is sealed once, by whoever saw it first', async () => {
  writeFileSync(file, 'x\n');
  const places = logPlaces(file);
  const { dev, ino } = statSync(file, { bigint: true });
  expect(await seal(places, 'run-00000001', `${dev}:${ino}`)).toBe(true);
  writeFileSync(file, 'y\n');
  expect(await seal(places, 'run-00000002', `${dev}:${ino}`)).toBe(false);
  expect(names()).toHaveLength(2);
});
