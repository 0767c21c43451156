import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { chainStart, LogRecord } from '@kilometers/core/record.ts';
import { createRedactor } from '@kilometers/core/redact.ts';
import * as v from 'valibot';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Log, openLog } from './append.ts';
import type { Pace } from './pace.ts';
import { listSegments } from './segments.ts';
import { sha256 } from './sha256.ts';
import type { LogOptions } from './writer.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'km-append-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Opened {
  readonly log: Log;
  readonly file: string;
  readonly faults: string[];
  /** Appends that many messages of about 1 KB. */
  say(count: number): void;
}

function open(options: Partial<LogOptions> = {}, pace: Partial<Pace> = {}): Opened {
  const file = options.file ?? path.join(folder, 'data', 'mcp_proxy.log');
  const faults: string[] = [];
  const limits = { maxSize: 1e9, maxFiles: 16, maxAge: 0, maxMessage: 1e6 };
  const names = { run: '01932f1e-7c1b-7000-8000-00000a1b2c3d', session: 's', server: 'srv' };
  const log = openLog({ file, ...names, ...limits, onFault: (text) => faults.push(text), ...options }, pace);
  let seq = 0;
  const bytes = Buffer.from(JSON.stringify({ pad: 'x'.repeat(1_000) }));
  const say = (count: number) => {
    for (let index = 0; index < count; index++) {
      log.append({ kind: 'notification', time: Date.now(), seq: ++seq, dir: 'c2s', body: { bytes, json: true } });
    }
  };
  return { log, file, faults, say };
}

function linesOf(file: string): string[] {
  return listSegments(file).flatMap(({ path: segment, compressed }) => {
    const bytes = readFileSync(segment);
    return (compressed ? gunzipSync(bytes) : bytes).toString().split('\n').filter(Boolean);
  });
}

const recordsOf = (file: string) => linesOf(file).map((line) => v.parse(LogRecord, JSON.parse(line)));

/** Links that do not hold and are not explained by a `trim`. */
function brokenLinks(file: string): number[] {
  const records = recordsOf(file);
  const trimmed = new Set(records.map(({ of, was }) => `${of} ${was}`));
  let prev = chainStart;
  const broken: number[] = [];
  for (const line of linesOf(file)) {
    const record = JSON.parse(line) as LogRecord;
    if (record.prev !== prev && !trimmed.has(`${record.run} ${record.prev}`)) broken.push(record.seq);
    prev = sha256(Buffer.from(line));
  }
  return broken;
}

const until = (claim: () => boolean) => vi.waitFor(() => expect(claim()).toBe(true), { timeout: 10_000, interval: 5 });

test('a run begins with its session, ends with its count, and its chain holds', async () => {
  const { log, file, say } = open();
  log.describe({ info: { command: ['a'] } });
  say(3);
  log.describe({ client: { name: 'c' }, info: { protocol: 'p' } });
  await log.close({ open: 2, exit: 0 });
  const records = recordsOf(file);
  expect(records.map(({ kind, seq }) => `${kind} ${seq}`)).toEqual([
    ...['session 0', 'notification 1', 'notification 2', 'notification 3', 'end 3'],
  ]);
  expect(records[0]).toMatchObject({ client: { name: 'c' }, info: { command: ['a'], protocol: 'p' } });
  expect(records.at(-1)).toMatchObject({ count: 4, open: 2, exit: 0 });
  expect(brokenLinks(file)).toEqual([]);
  expect(log.counts).toEqual({ written: 5, dropped: 0, bytes: statSync(file).size });
});

test('the log is for its owner only, also one that was not', async () => {
  const file = path.join(folder, 'data', 'mcp_proxy.log');
  const { log } = open();
  await log.close({});
  const mode = (name: string) => (statSync(name).mode & 0o777).toString(8);
  expect([mode(file), mode(path.dirname(file)), mode(path.join(folder, 'data', 'mcp_proxy.writers'))]).toEqual([
    '600',
    '700',
    '700',
  ]);
  chmodSync(file, 0o644);
  await open().log.close({});
  expect(mode(file)).toBe('600');
  expect(readdirSync(path.join(folder, 'data', 'mcp_proxy.writers'))).toEqual([]);
});

test.skipIf(!existsSync('/dev/full'))('a full disk loses records, says so once and disturbs nobody', async () => {
  const { log, faults, say } = open({ file: '/dev/full' }, { flushMs: 1, retryMs: 2 });
  say(5);
  await until(() => log.counts.dropped >= 5);
  say(5);
  await until(() => log.counts.dropped >= 10);
  await log.close({});
  expect(log.counts).toEqual({ written: 0, dropped: 10, bytes: 0 });
  expect(faults).toEqual([expect.stringMatching(/the disk is full/)]);
});

test('/dev/null takes everything and leaves nothing beside it', async () => {
  const { log, faults, say } = open({ file: '/dev/null' });
  say(5);
  await log.close({});
  expect([log.counts.written, faults, existsSync('/dev/null.writers'), existsSync('/dev/.writers')]).toEqual([
    7,
    [],
    false,
    false,
  ]);
});

test('a folder that can not be made, a folder in its place and a FIFO are faults, not failures', async () => {
  writeFileSync(path.join(folder, 'plain'), '');
  mkdirSync(path.join(folder, 'dir.log'));
  execFileSync('mkfifo', [path.join(folder, 'fifo.log')]);
  for (const name of ['plain/mcp_proxy.log', 'dir.log', 'fifo.log']) {
    const { log, faults, say } = open({ file: path.join(folder, name) });
    say(2);
    await log.close({});
    expect([name, log.counts.dropped, faults.length]).toEqual([name, 2, 1]);
  }
});

test('when the trouble is over a gap says what was lost and the chain holds', async () => {
  const obstacle = path.join(folder, 'data');
  writeFileSync(obstacle, '');
  const { log, file, faults, say } = open({}, { flushMs: 1, retryMs: 2 });
  say(3);
  await until(() => faults.length === 1);
  rmSync(obstacle);
  await until(() => existsSync(file) && statSync(file).size > 0);
  say(2);
  await log.close({});
  const records = recordsOf(file);
  expect(records.map(({ kind }) => kind)).toEqual(['session', 'gap', 'notification', 'notification', 'end']);
  expect(records[1]).toMatchObject({ from: 1, to: 3, seq: 3, reason: 'ENOTDIR' });
  expect(brokenLinks(file)).toEqual([]);
  expect(log.counts.dropped).toBe(3);
});

function mountTmpfs(target: string): boolean {
  try {
    mkdirSync(target);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', target], { stdio: 'ignore' });
    return true;
  } catch {
    return false; // Not root, or no tmpfs.
  }
}

test('a disk that fills up in the middle of a line is used again once it has room', async (context) => {
  const target = path.join(folder, 'small');
  if (!mountTmpfs(target)) return context.skip('needs the right to mount');
  try {
    const filler = path.join(target, 'filler');
    writeFileSync(filler, Buffer.alloc(100_000));
    const { log, file, say } = open({ file: path.join(target, 'mcp_proxy.log') }, { flushMs: 1, retryMs: 5 });
    say(170);
    await until(() => log.counts.dropped > 0 && log.counts.written > 0);
    rmSync(filler);
    const before = log.counts.written;
    await until(() => log.counts.written > before);
    say(5);
    await log.close({});
    const lines = linesOf(file);
    const torn = lines.filter((line) => !line.endsWith('}'));
    const records = lines.filter((line) => !torn.includes(line)).map((line) => JSON.parse(line) as LogRecord);
    let prev = chainStart;
    for (const [index, record] of records.entries()) {
      expect([index, record.prev]).toEqual([index, prev]);
      prev = sha256(Buffer.from(JSON.stringify(record)));
    }
    const kept = records.filter(({ kind }) => kind === 'notification').length;
    const lost = records
      .filter(({ kind }) => kind === 'gap')
      .reduce((sum, { from = 0, to = 0 }) => sum + to - from + 1, 0);
    expect([kept + lost, log.counts.dropped]).toEqual([175, lost]);
  } finally {
    execFileSync('umount', [target]);
  }
});

test('what is redacted can be widened', async () => {
  const { log, file } = open({ redactor: createRedactor({ keys: ['pin'], patterns: ['ACME-\\d+'] }) });
  log.append({
    kind: 'stderr',
    time: 0,
    seq: 1,
    text: 'ACME-12',
    body: { bytes: Buffer.from('{"pin":1}'), json: true },
  });
  await log.close({});
  expect(recordsOf(file)[1]).toMatchObject({
    text: '[redacted:custom]',
    message: { pin: '[redacted:pin]' },
    redacted: 2,
  });
});

test('after the rename of logrotate the writer follows and repeats its session', async () => {
  const { log, file, say } = open({}, { flushMs: 1, lookMs: 0 });
  say(1);
  await until(() => log.counts.written === 2);
  renameSync(file, `${file}.1`);
  say(1);
  await log.close({});
  expect(listSegments(file).map(({ path: segment }) => path.basename(segment))).toEqual([
    'mcp_proxy.log.1',
    'mcp_proxy.log',
  ]);
  expect(recordsOf(file).map(({ kind }) => kind)).toEqual([
    'session',
    'notification',
    'session',
    'notification',
    'end',
  ]);
  expect(brokenLinks(file)).toEqual([]);
});

test('an idle writer lets go of a segment that was renamed', async () => {
  const { log, file } = open({}, { flushMs: 1, idleMs: 2 });
  const leases = () => readdirSync(path.join(folder, 'data', 'mcp_proxy.writers'));
  await until(() => log.counts.written === 1);
  expect(leases()).toHaveLength(1);
  renameSync(file, `${file}.1`);
  await until(() => leases().length === 0);
  await log.close({});
});

test('full segments are sealed, compressed and at last dropped, with an anchor for what is missing', async () => {
  const { log, file, faults, say } = open({ maxSize: 20_000, maxFiles: 4 }, { flushMs: 1, lookMs: 0, maintainMs: 1 });
  for (let round = 1; round <= 10; round++) {
    say(25);
    await until(() => log.counts.written >= round * 25);
  }
  await until(
    () =>
      listSegments(file).length === 4 &&
      listSegments(file)
        .slice(0, 3)
        .every(({ compressed }) => compressed),
  );
  await log.close({});
  const records = recordsOf(file);
  expect(listSegments(file)).toHaveLength(4);
  expect(faults).toEqual([]);
  expect(log.counts.dropped).toBe(0);
  expect(records.some(({ kind, reason }) => kind === 'trim' && reason === 'max_files')).toBe(true);
  expect(brokenLinks(file)).toEqual([]);
  expect(records.filter(({ kind }) => kind === 'notification').at(-1)?.seq).toBe(250);
});
