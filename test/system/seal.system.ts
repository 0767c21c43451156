import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { initialize, request } from '../e2e/rpc.ts';
import { dataFolder, logLines, makeHome, monitor, type Run, records, runKm, testServer } from '../e2e/start-km.ts';
import { lacksKeyring, startKeyring } from './session-keyring.ts';

const seals = (home: string) => (existsSync(dataFolder(home)) ? records(home).filter(({ seal }) => seal) : []);

/** Starts a run, and waits until it is sealed. */
async function sealedRun(home: string, env: Readonly<Record<string, string>>, session = 'one'): Promise<Run> {
  const run = monitor(testServer('echoes'), { home, env, options: ['--session-id', session] });
  run.child.stdin.write(initialize() + request(1, 'tools/list'));
  await expect.poll(() => seals(home).map((record) => record.session), { timeout: 20_000 }).toContain(session);
  return run;
}

test.skipIf(lacksKeyring)('a run is sealed, and a chain rewritten whole without the key is found', async () => {
  const home = makeHome();
  const { env } = await startKeyring(makeHome());
  const run = await sealedRun(home, env);
  run.finish(request(2, 'tools/list'));
  expect(await run.status).toBe(0);
  expect(run.err.text).not.toMatch(/sealed|keyring/);
  await run.gone();
  expect(await runKm(['logs', 'verify'], { home, env })).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/1 {2}sealed to the end/),
  });
  expect(await runKm(['logs', 'verify'], { home })).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/1 {2}sealed, no key here\n.*prove nothing here/),
  });
  const log = path.join(dataFolder(home), 'mcp_proxy.log');
  const untouched = readFileSync(log, 'utf8');
  writeFileSync(log, untouched.replace('tools/list', 'tools/lost'));
  const changed = await runKm(['logs', 'verify'], { home, env });
  expect([changed.status, changed.stdout]).toEqual([1, expect.not.stringContaining('sealed to the end')]);
  writeFileSync(log, untouched);
  rewrite(log, (line) => line.replace('tools/list', 'tools/lost'));
  const tampered = await runKm(['logs', 'verify'], { home, env });
  expect([tampered.status, tampered.stdout]).toEqual([1, expect.stringContaining('Its seal does not fit')]);
});

/** Changes a log and makes its hashes anew, as anybody can who may write the file. */
function rewrite(file: string, change: (line: string) => string): void {
  let prev = '0'.repeat(64);
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  const changed = lines.map((line) => {
    const made = change(line).replace(/"prev":"[0-9a-f]{64}"/, `"prev":"${prev}"`);
    prev = createHash('sha256').update(made).digest('hex');
    return `${made}\n`;
  });
  writeFileSync(file, changed.join(''));
}

test.skipIf(lacksKeyring)('several that use the keyring for the first time, at once, agree on the key', async () => {
  const home = makeHome();
  const { env } = await startKeyring(makeHome());
  const runs = await Promise.all(['a', 'b', 'c', 'd'].map((session) => sealedRun(home, env, session)));
  for (const run of runs) run.finish();
  expect(await Promise.all(runs.map(({ status }) => status))).toEqual([0, 0, 0, 0]);
  const names = seals(home).map(({ seal }) => seal?.split('.')[0]);
  expect(new Set(names).size).toBe(1);
  const { stdout } = await runKm(['logs', 'verify'], { home, env });
  expect(stdout).toMatch(/4 {2}sealed to the end/);
});

test.skipIf(lacksKeyring)('a locked keyring: no seal, the user is asked once, and verify says so', async () => {
  const home = makeHome();
  const { env, lock } = await startKeyring(makeHome());
  const before = await sealedRun(home, env);
  before.finish();
  await before.status;
  lock();
  expect(await unsealedReason(home, env)).toMatch(/The record is not sealed: .*unlock prompt was dismissed/);
  expect(await unsealedReason(home, env)).toMatch(/would not unlock/);
  const { stdout, status } = await runKm(['logs', 'verify'], { home, env });
  expect([status, stdout]).toEqual([0, expect.stringMatching(/2 {2}unsealed\n +1 {2}sealed, no key here/)]);
});

/** Runs km until it says why there is no seal, which it does for who asks only. */
async function unsealedReason(home: string, env: Readonly<Record<string, string>>): Promise<string> {
  const run = monitor(testServer('echoes'), { home, env: { ...env, KM_LOG_LEVEL: 'debug' } });
  run.child.stdin.write(request(1, 'tools/list'));
  await expect.poll(() => run.err.text, { timeout: 20_000 }).toContain('is not sealed');
  run.finish();
  expect(await run.status).toBe(0);
  return run.err.text;
}

test.skipIf(lacksKeyring)('a keyring that hangs does not keep km from ending', async () => {
  const home = makeHome();
  const { env, hang } = await startKeyring(makeHome());
  hang();
  const run = monitor(testServer('echoes'), { home, env });
  run.child.stdin.write(request(1, 'tools/list'));
  await expect.poll(() => childrenOf(run.child.pid), { timeout: 20_000, interval: 10 }).toContain('seal-key');
  const asked = performance.now();
  run.finish();
  expect(await run.status).toBe(0);
  expect(performance.now() - asked).toBeLessThan(1_500);
  await run.gone();
  expect(logLines(home).at(-1)).toMatch(/"kind":"end".*"prev":"[0-9a-f]{64}"}$/);
});

/** Command lines of what a process has started. Linux only, as the keyring here is. */
function childrenOf(pid: number | undefined): string {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  return children.map((child) => readFileSync(`/proc/${child}/cmdline`, 'utf8')).join('\n');
}
