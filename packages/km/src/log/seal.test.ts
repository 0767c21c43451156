import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { chainStart } from '@kilometers/core/record.ts';
import { expect, test } from 'vitest';
import { temporaryFolder, text } from '../../test/chain.ts';
import { openLog } from './append.ts';
import { createKeyedSeal } from './keyed-seal.ts';
import { listSegments } from './segments.ts';
import { sha256 } from './sha256.ts';
import { verifyLog } from './verify.ts';

const seal = createKeyedSeal(Buffer.alloc(32, 7));
const otherSeal = createKeyedSeal(Buffer.alloc(32, 8));

interface RunOptions {
  readonly session?: string;
  /** Sealed from this message on; never when not given. */
  readonly sealedFrom?: number;
  /** Every message comes into a segment of its own. */
  readonly rotates?: boolean;
}

/** The log of one run with ten messages, as the writer makes it. */
async function writeRun({ session = 'a', sealedFrom, rotates = false }: RunOptions = {}): Promise<string> {
  const file = path.join(temporaryFolder(), 'mcp_proxy.log');
  const limits = { maxSize: rotates ? 1 : 1_000_000, maxFiles: 100, maxAge: 0, maxMessage: 10_000 };
  const onFault = (fault: string) => expect.unreachable(fault);
  const log = openLog({ file, run: 'r', session, server: 's', ...limits, onFault }, { flushMs: 1, lookMs: 0 });
  log.describe({ info: { tags: { note: ',"seal":"x","prev":"y"' } } });
  for (let seq = 1; seq <= 10; seq++) {
    if (seq === sealedFrom) log.sealWith(seal);
    const bytes = Buffer.from(`{"n":${seq}}`);
    const { written } = log.counts;
    log.append({ kind: 'notification', time: Date.now(), seq, dir: 'c2s', body: { bytes, json: true, cut: false } });
    if (rotates) await expect.poll(() => log.counts.written, { interval: 1 }).toBeGreaterThan(written);
  }
  await log.close({ open: 0, exit: 0 });
  return file;
}

const linesOf = (file: string) => readFileSync(file, 'utf8').trimEnd().split('\n');

async function look(file: string, key = [seal]) {
  const { runs } = await verifyLog(file, ...key);
  return runs.map(({ state, seal: sealed, sealedTo }) => [state, sealed, sealedTo]);
}

test('a run is sealed to its end, whatever its names hold', async () => {
  for (const session of ['a', 'ключ "quoted"', '🙂'])
    expect(await look(await writeRun({ session, sealedFrom: 3 }))).toEqual([['ok', 'sealed', 10]]);
});

test('without the key seals are seen and prove nothing; a log without seals says so', async () => {
  const file = await writeRun({ sealedFrom: 3 });
  expect(await look(file, [])).toEqual([['ok', 'other-key', null]]);
  expect(await look(file, [otherSeal])).toEqual([['ok', 'other-key', null]]);
  expect(await look(await writeRun())).toEqual([['ok', 'unsealed', null]]);
});

test('a run that was killed is sealed as far as its last session record', async () => {
  const file = await writeRun({ sealedFrom: 1 });
  writeFileSync(file, text(linesOf(file).slice(0, -1)));
  expect(await look(file)).toEqual([['open', 'beginning', 0]]);
});

/** Writes each line anew, with hashes that fit: all that can be done without the key. */
function rewrite(lines: readonly string[], change: (line: string) => string): string[] {
  let prev = chainStart;
  return lines.map((line) => {
    const changed = change(line).replace(/"prev":"[0-9a-f]{64}"/, `"prev":"${prev}"`);
    prev = sha256(Buffer.from(changed));
    return changed;
  });
}

const forged = (line: string) => line.replace('{"n":7}', '{"n":8}');
const unsealed = (line: string) => line.replace(/,"seal":"[^"]*"/, '');

test('a chain rewritten whole by somebody without the key is found', async () => {
  const file = await writeRun({ sealedFrom: 3 });
  const lines = linesOf(file);
  const ownSeal = (line: string) => {
    const bare = /^(.*,"seal":)"[^"]*"(.*)$/.exec(line);
    return bare ? `${bare[1]}"${otherSeal.of(bare[1] ?? '', bare[2] ?? '')}"${bare[2]}` : line;
  };
  const last = (change: (line: string) => string) => (line: string) =>
    line.includes('"kind":"end"') ? change(line) : line;
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['seals left as they were', rewrite(lines, forged)],
    ['the exit status in the end record', rewrite(lines, (line) => line.replace('"exit":0', '"exit":1'))],
    [
      'one more record',
      rewrite(lines.toSpliced(8, 0, lines[8] as string), (line) => line.replace('"count":12', '"count":13')),
    ],
    ['the seal of the end removed', rewrite(lines, (line) => last(unsealed)(forged(line)))],
    ['the end sealed with another key', rewrite(lines, (line) => last(ownSeal)(forged(line)))],
    [
      'a seal that is no text',
      rewrite(
        lines,
        last((line) => line.replace(/"seal":"[^"]*"/, '"seal":null')),
      ),
    ],
    [
      'a seal of the right shape',
      rewrite(
        lines,
        last((line) => line.replace(/\.[0-9a-f]{64}"/, `.${'0'.repeat(64)}"`)),
      ),
    ],
  ];
  for (const [name, changed] of cases) {
    writeFileSync(file, text(changed));
    const [state] = await look(file);
    expect([name, ...(state ?? [])].slice(0, 3)).toEqual([name, 'broken', 'unfit']);
  }
});

test('who removes every seal gets a run that is called unsealed', async () => {
  const file = await writeRun({ sealedFrom: 3 });
  writeFileSync(file, text(rewrite(linesOf(file), (line) => unsealed(forged(line)))));
  expect(await look(file)).toEqual([['ok', 'unsealed', null]]);
});

test('each segment begins with a sealed record', async () => {
  const file = await writeRun({ sealedFrom: 1, rotates: true });
  const heads = listSegments(file).map(({ path: segment }) => linesOf(segment)[0]);
  expect(heads.length).toBeGreaterThan(2);
  for (const head of heads) expect(head).toMatch(/"kind":"session".*"seal":"/);
  expect(await look(file)).toEqual([['ok', 'sealed', 10]]);
});
