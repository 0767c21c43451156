import { once } from 'node:events';
import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { call, chain, temporaryFolder, text } from '../../test/chain.ts';
import { runKm, startKm } from '../../test/run-km.ts';

function makeLog(lines: readonly string[]): { readonly folder: string; readonly file: string } {
  const folder = temporaryFolder();
  const file = path.join(folder, 'mcp_proxy.log');
  writeFileSync(file, text(lines));
  return { folder, file };
}

const run = chain('a');
const thousand = Array.from({ length: 500 }, (_, index) => call(run, 2 * index + 1)).flat();

test('--json prints the records exactly as they are stored, and says what it skipped', async () => {
  const { folder } = makeLog([...thousand.slice(0, 3), 'not json', '{"v":7}', ...thousand.slice(3)]);
  const { status, out, err } = await runKm(['logs', '--json'], folder);
  expect([status, out]).toEqual([0, text(thousand)]);
  expect(JSON.parse(err).message).toBe(
    'Skipped 1 line that is no record and 1 of a newer format (a newer km reads them).',
  );
});

test('-n shows the last records that fit, over segments', async () => {
  const { folder, file } = makeLog(thousand.slice(0, 600));
  renameSync(file, `${file}.1`);
  writeFileSync(file, text(thousand.slice(600)));
  const { out } = await runKm(['logs', '--json', '-n', '250', '--dir', 's2c'], folder);
  expect(out).toBe(text(thousand.filter((_, index) => index % 2 === 1).slice(-250)));
});

test('the table has a line for each record and lets nothing play with the terminal', async () => {
  const evil = chain('b').add({
    kind: 'request',
    dir: 'c2s',
    method: 'tools/call',
    tool: '\u001b[2J\u202ex',
    id: 1,
    bytes: 1_234,
  });
  const { folder } = makeLog([...thousand.slice(0, 2), evil]);
  const { out } = await runKm(['logs'], folder);
  const lines = out.trimEnd().split('\n');
  expect(lines).toHaveLength(4);
  expect(lines[0]).toMatch(/^2026-11-2\d$/);
  expect(lines[1]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} files +→ #1 +tools\/call +read +40 B$/);
  expect(lines[2]).toMatch(/← #1 +tools\/call +read +ok +5\.0 ms +40 B$/);
  expect(lines[3]).toMatch(/\\u001b\[2J\\u202ex .* 1\.2 KB$/);
});

const reason = 'It reads a private key.';
const judged = (risk: number, outcome: string, by: object[]) =>
  chain('c').add({
    ...{ kind: 'request', dir: 'c2s', method: 'tools/call', tool: 'read', id: 1, bytes: 40, outcome, by, risk },
    findings: [
      { rule: 'files.sensitive', weight: risk, reason },
      { rule: 'files.climbs', weight: 0.4, reason: 'It leaves \u001b[2J its folder.' },
    ],
  });

test('a message with a risk is shown with its score, what was decided and what was found, each sentence once', async () => {
  const blocked = judged(0.94, 'answered', [{ by: 'judge', verdict: 'block', reason }]);
  const { folder } = makeLog([blocked, judged(0.45, 'forwarded', [])]);
  const { out } = await runKm(['logs'], folder);
  const rows = out
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((row) => row.trim());
  expect(rows[0]).toMatch(/✗ #1 +tools\/call +read +blocked risk 0\.94 +40 B$/);
  expect(rows[3]).toMatch(/→ #1 +tools\/call +read +risk 0\.45 +40 B$/);
  const climbs = '· 0.40 files.climbs: It leaves \\u001b[2J its folder.';
  expect(rows.slice(1, 3)).toEqual([`· block by judge: ${reason}`, climbs]);
  expect(rows.slice(4)).toEqual([`· 0.45 files.sensitive: ${reason}`, climbs]);
});

test('what was blocked, and what scored, can be asked for', async () => {
  const [dropped, blocked] = [judged(0.3, 'blocked', []), judged(0.94, 'answered', [])];
  const noted = judged(0.45, 'forwarded', []);
  const { folder } = makeLog([...thousand.slice(0, 4), dropped, blocked, noted]);
  const ask = async (...args: string[]) => (await runKm(['logs', '--json', ...args], folder)).out;
  expect(await ask('--outcome', 'blocked')).toBe(text([dropped, blocked]));
  expect(await ask('--outcome', 'answered')).toBe(text([blocked]));
  expect(await ask('--risk', '0.5')).toBe(text([blocked]));
  expect(await ask('--risk', '0.4')).toBe(text([blocked, noted]));
});

test('km stats tells what was blocked, what was noted and the highest risk', async () => {
  const { folder } = makeLog([...thousand.slice(0, 4), judged(0.94, 'answered', []), judged(0.45, 'forwarded', [])]);
  const table = (await runKm(['stats', '--by', 'server'], folder)).out;
  expect(table).toMatch(/blocked +noted +risk\nfiles .* 1 +1 +0\.94\n$/);
  const { out } = await runKm(['stats', '--by', 'server', '--json'], folder);
  expect(JSON.parse(out).total).toMatchObject({ blocked: 1, noted: 1, risk_max: 0.94 });
});

test('a reader that goes away ends it without a word', async () => {
  const { folder } = makeLog(Array.from({ length: 200 }, () => thousand).flat());
  const child = startKm(['logs', '--json'], folder);
  let err = '';
  child.stderr.on('data', (chunk) => {
    err += String(chunk);
  });
  await once(child.stdout, 'data');
  child.stdout.destroy();
  await once(child, 'close');
  expect(err).toBe('');
});

test('--follow shows what comes, over rotations, until it is interrupted', async () => {
  const { folder, file } = makeLog(thousand.slice(0, 20));
  const torn = thousand[20] as string;
  appendFileSync(file, torn.slice(0, 50));
  const child = startKm(['logs', '-f', '--json'], folder);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (count: number): Promise<string[]> => {
    const found: string[] = [];
    while (found.length < count) found.push((await lines.next()).value as string);
    return found;
  };
  expect(await next(10)).toEqual(thousand.slice(10, 20));
  appendFileSync(file, `${torn.slice(50)}\n`);
  expect(await next(1)).toEqual([torn]);
  renameSync(file, file.replace('.log', '.20261122T080000000Z.aaaaaaaa.log'));
  appendFileSync(file.replace('.log', '.20261122T080000000Z.aaaaaaaa.log'), text(thousand.slice(21, 23)));
  writeFileSync(file, text(thousand.slice(23, 24)));
  expect((await next(3)).toSorted()).toEqual(thousand.slice(21, 24).toSorted());
  child.kill('SIGINT');
  expect(await once(child, 'close')).toEqual([130, null]);
});

test('verify ends with 0 when all holds, and with 1 and the place when not', async () => {
  const { folder, file } = makeLog(thousand);
  const whole = await runKm(['logs', 'verify'], folder);
  expect([whole.status, whole.out]).toEqual([0, expect.stringContaining('a chain that was rewritten whole')]);
  writeFileSync(file, readFileSync(file, 'utf8').replace('"id":101', '"id":102'));
  const changed = await runKm(['logs', 'verify', '--json'], folder);
  expect([changed.status, changed.err]).toEqual([1, expect.stringContaining('log.tampered')]);
  expect(JSON.parse(changed.out).runs[0]).toMatchObject({
    run: 'a',
    state: 'broken',
    faults: [{ line: 102, seq: 102 }],
  });
});

test('stats are a table, or one JSON object', async () => {
  const { folder } = makeLog(thousand);
  const { out } = await runKm(['stats', '--by', 'method,tool'], folder);
  expect(out.split('\n')[1]).toMatch(/^tools\/call +read +500 +- +5\.0 ms .* 1000 /);
  const { out: json } = await runKm(['stats', '--by', 'server', '--json'], folder);
  expect(JSON.parse(json).rows).toMatchObject([
    { server: 'files', calls: 500, errors: 0, p50_ms: 5, bytes_c2s: 20_000 },
  ]);
});

test('stats know the client from a session record that is too old to count', async () => {
  const one = chain('c');
  const session = one.add({ seq: 0, kind: 'session', client: { name: 'codex' } });
  const { folder } = makeLog([session, ...call(one, 1, { ts: '2026-11-22T09:00:00.000Z' })]);
  const { out } = await runKm(['stats', '--by', 'client', '--since', '2026-11-22T08:30:00Z', '--json'], folder);
  expect(JSON.parse(out).rows).toMatchObject([{ client: 'codex', calls: 1 }]);
});

test('clear-logs --interactive asks first, and takes anything but a yes for a no', async () => {
  const { folder, file } = makeLog(thousand);
  for (const input of ['', 'n\n']) {
    const { status, out, err } = await runKm(['clear-logs', '--interactive'], folder, input);
    expect([status, out, err]).toEqual([0, 'Nothing was removed.\n', expect.stringContaining('[y/N]')]);
  }
  expect(readFileSync(file, 'utf8')).toBe(text(thousand));
  const { out } = await runKm(['clear-logs', '-i'], folder, 'yes\n');
  expect(out).toMatch(/^Removed 1000 records, 1 file and [\d.]+ KB\.\n$/);
  expect((await runKm(['logs', 'verify'], folder)).status).toBe(0);
});

test('a value that does not fit is refused with what is wanted', async () => {
  for (const args of [
    ['--since', 'soon'],
    ['--dir', 'up'],
    ['--risk', 'high'],
    ['-n', 'ten'],
    ['--kind', 'call'],
  ]) {
    const { status, err } = await runKm(['logs', ...args]);
    expect([status, err]).toEqual([2, expect.stringContaining('takes')]);
  }
});
