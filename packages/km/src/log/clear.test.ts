import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { json } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { call, chain, temporaryFolder, text } from '../../test/chain.ts';
import { type Log, openLog } from './append.ts';
import { type Cleared, clearLog } from './clear.ts';
import { readLog } from './read.ts';
import { verifyLog } from './verify.ts';

/** Clears as the command does: with a run of its own. */
async function clear(file: string, before?: string | number, waitMs = 3_000): Promise<Cleared> {
  const run = randomUUID();
  const limits = { maxSize: 1 << 26, maxFiles: 1_000, maxAge: 0, maxMessage: 1 << 20 };
  const faults: string[] = [];
  let log: Log | undefined;
  const own = () => {
    log ??= openLog({ file, run, session: run, server: 'km', ...limits, onFault: (fault) => void faults.push(fault) });
    return log;
  };
  const at = typeof before === 'string' ? Date.parse(before) : before;
  const cleared = await clearLog({ file, before: at, run, waitMs, trim: (trims) => own().trim(trims) });
  await own().close({ open: 0, exit: 0 });
  expect(faults).toEqual([]);
  return cleared;
}

async function recordsOf(file: string): Promise<readonly (readonly [string, number])[]> {
  const records: [string, number][] = [];
  await readLog(file, {
    onRecord: (line) => {
      const isOwn = ['session', 'trim', 'end'].includes(line.text('kind') as string);
      if (!isOwn) records.push([line.text('run') as string, line.number('seq') as number]);
    },
  });
  return records;
}

async function broken(file: string): Promise<readonly object[]> {
  return (await verifyLog(file)).runs.filter(({ state }) => state === 'broken');
}

const [old, recent] = ['2026-11-01T00:00:00.000Z', '2026-11-20T00:00:00.000Z'];

function logFile(): string {
  return path.join(temporaryFolder(), 'mcp_proxy.log');
}

test('old records go, recent ones stay, in plain, compressed and current segments alike, and all verifies', async () => {
  const file = logFile();
  const [a, b] = [chain('a'), chain('b')];
  const first = file.replace('.log', '.20261101T000000000Z.aaaaaaaa.log.gz');
  writeFileSync(
    first,
    gzipSync(text([...call(a, 1, { ts: old }), ...call(b, 1, { ts: old }), ...call(a, 3, { ts: recent })])),
  );
  const second = file.replace('.log', '.20261119T000000000Z.aaaaaaaa.log');
  writeFileSync(second, text([...call(b, 3, { ts: old }), '{"v":2}', ...call(b, 5, { ts: recent })]), { mode: 0o600 });
  utimesSync(second, 1_795_000_000, 1_795_000_000);
  writeFileSync(file, text(call(a, 5, { ts: recent })));

  expect(await clear(file, '2026-11-10T00:00:00Z')).toMatchObject({ records: 6, segments: 0, skipped: [] });
  expect(await recordsOf(file)).toEqual([['a', 3], ['a', 4], ['b', 5], ['b', 6], ['a', 5], ['a', 6]]); // biome-ignore format: a list of pairs
  const { runs, skipped } = await verifyLog(file);
  expect(runs.map(({ state, trimmed }) => [state, trimmed])).toEqual([['open', true], ['open', true], ['ok', false]]); // biome-ignore format: a list of pairs
  expect(skipped).toEqual({ foreign: 0, unknownVersion: 1 });
  expect([statSync(second).mode & 0o777, statSync(second).mtimeMs]).toEqual([0o600, 1_795_000_000_000]);
});

test('a run that kept one record keeps all that follow, though the clock was set back', async () => {
  const file = logFile();
  const a = chain('a');
  writeFileSync(file, text([...call(a, 1, { ts: recent }), ...call(a, 3, { ts: old })]));
  expect((await clear(file, '2026-11-10T00:00:00Z')).records).toBe(0);
  expect(await broken(file)).toEqual([]);
});

test('clearing all leaves only the record of it, and no file that is not needed', async () => {
  const file = logFile();
  const a = chain('a');
  writeFileSync(`${file}.1`, text(call(a, 1, { ts: old })));
  writeFileSync(file, text([...call(a, 3, { ts: recent }), 'torn']));
  expect(await clear(file)).toMatchObject({ records: 4, segments: 2, skipped: [] });
  expect(await recordsOf(file)).toEqual([]);
  expect(readdirSync(path.dirname(file)).sort()).toEqual(['mcp_proxy.log', 'mcp_proxy.writers']);
  expect(await broken(file)).toEqual([]);
});

test('a record that declares a dropped beginning is written anew when it is dropped itself', async () => {
  const file = logFile();
  const a = chain('a');
  writeFileSync(file, text(call(a, 1, { ts: old })));
  await clear(file, '2026-11-10T00:00:00Z');
  const later = new Date(Date.now() + 3_600_000).toISOString();
  const { runs } = await verifyLog(file);
  expect(runs).toHaveLength(1);
  writeFileSync(
    file.replace('.log', '.20991119T000000000Z.aaaaaaaa.log'),
    text(call(a, 3, { ts: '2099-12-01T00:00:00.000Z' })),
  );
  await clear(file, later);
  expect((await verifyLog(file)).runs.find(({ run }) => run === 'a')).toMatchObject({ state: 'open', trimmed: true });
});

test('a segment that a writer still has is left, and said', async () => {
  const file = logFile();
  const limits = { maxSize: 1 << 26, maxFiles: 1_000, maxAge: 0, maxMessage: 1 << 20, onFault: () => {} };
  // This writer never looks again whether its segment was sealed: it stands for one that is stopped.
  const stopped = openLog({ file, run: 'a', session: 'a', server: 'files', ...limits }, { lookMs: 1e9, idleMs: 1e9 });
  const append = (seq: number): void =>
    stopped.append({ kind: 'notification', time: Date.parse(old), seq, method: 'n' });
  append(1);
  while (stopped.counts.written < 1) await pause(5);
  const cleared = await clear(file, '2026-11-10T00:00:00Z', 100);
  append(2);
  await stopped.close({ open: 0, exit: 0 });
  expect([cleared.records, cleared.skipped.length]).toEqual([0, 1]);
  expect(await recordsOf(file)).toEqual([['a', 1], ['a', 2]]); // biome-ignore format: a list of pairs
  expect(await broken(file)).toEqual([]);
});

test('while five others write and rotate, nothing newer than the cut is lost', async () => {
  const file = logFile();
  const program = fileURLToPath(new URL('../../test/writer-process.ts', import.meta.url));
  const runs = ['a', 'b', 'c', 'd', 'e'];
  const writers = runs.map((run) =>
    spawn(process.execPath, ['--import', 'tsx', program, file, run, '6000', '400000'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    }),
  );
  const arrivals = writers.map(({ stdout }) => json(stdout) as Promise<number[]>);
  await Promise.all(writers.map((writer) => once(writer.stdout, 'data')));
  const cut = Date.now();
  for (const { stdin } of writers) stdin.end('go\n');
  const cleared = await clear(file, cut);
  expect(cleared.records).toBeGreaterThan(0);

  const times = await Promise.all(arrivals);
  const records = await recordsOf(file);
  for (const [index, run] of runs.entries()) {
    const seqs = records.filter(([of]) => of === run).map(([, seq]) => seq);
    const first = seqs[0] as number;
    expect(seqs).toEqual(Array.from({ length: 6_000 - first + 1 }, (_, offset) => first + offset));
    expect(first).toBeLessThanOrEqual((times[index] as number[]).findIndex((time) => time >= cut) + 1);
  }
  expect(await broken(file)).toEqual([]);
}, 60_000);
