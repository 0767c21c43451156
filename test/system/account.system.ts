import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { callTool, initialize, request } from '../e2e/rpc.ts';
import { dataFolder, makeHome, messages, monitor, testServer } from '../e2e/start-km.ts';
import { accountFile, startPlane, tell } from './account-world.ts';

const unknownKey = `km_live_${'u'.repeat(43)}`;
const keyFile = ['--plain-file'];

/** All that km has written below a folder, as one text. */
function allText(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'latin1')).join('\n');
}

test('a key is tried, kept, shown by doctor, replaced and forgotten; what is refused leaves no trace', async () => {
  const plane = await startPlane();
  const home = makeHome();
  const env = { KM_CONFIG_DIR: path.join(home, 'config') };
  const km = (args: readonly string[], input = '') => tell(args, { home, env, input });
  const init = (...args: readonly string[]) => ['init', '--api-key', '-', '--api-url', plane.url, ...keyFile, ...args];

  expect(await km(init('--validate'), 'km_wrong')).toMatchObject({
    status: 4,
    err: expect.stringContaining('km_live_'),
  });
  expect(await km(init('--validate'), unknownKey)).toMatchObject({
    status: 4,
    err: expect.stringContaining('auth.key-refused'),
  });
  expect(existsSync(accountFile(home, 'account.json'))).toBe(false);
  expect(existsSync(env.KM_CONFIG_DIR)).toBe(false);
  expect(await km(['init'])).toMatchObject({ status: 2 });

  const signedIn = await km(init('--validate'), plane.apiKey);
  expect(signedIn).toMatchObject({ status: 0, out: expect.stringMatching(/Signed in to .*, tier team\./) });
  expect(await km(init(), plane.apiKey)).toMatchObject({ status: 4, err: expect.stringContaining('account.exists') });
  expect(await km(init('--update'), plane.apiKey)).toMatchObject({ status: 0 });
  expect(await plane.answered('exchangeKey')).toBe(2);

  const renewed = await km(['renew-token']);
  expect(JSON.parse(renewed.out)).toEqual({ kind: 'renewed' });
  const jwt = await km(['doctor', 'jwt', '--json']);
  expect(JSON.parse(jwt.out)).toMatchObject({ signed_by_control_plane: true, ended: false, claims: { tier: 'team' } });
  const token = (JSON.parse(readFileSync(accountFile(home, 'token.json'), 'utf8')) as { jwt: string }).jwt;
  expect(jwt.out).not.toContain(token.split('.')[1]);
  const doctor = await km(['doctor', '--json', '--report', path.join(home, 'report.json')]);
  expect(doctor.status, doctor.out).toBe(0);
  const report = readFileSync(path.join(home, 'report.json'), 'utf8');
  expect(JSON.parse(report)).toMatchObject({ checks: expect.any(Array), configuration: expect.any(Object) });
  for (const text of [signedIn.out, renewed.out, doctor.out, report]) {
    expect(text).not.toContain(plane.apiKey);
    expect(text).not.toContain(token);
  }

  expect(await km(['logout'])).toMatchObject({ status: 0 });
  expect(await km(['logout'])).toMatchObject({ status: 0, out: 'Nobody is signed in.\n' });
  expect(allText(dataFolder(home))).not.toContain(plane.apiKey);
  expect(allText(dataFolder(home))).not.toContain('kmr_');
});

test('a session that began in the free tier is judged from the sign-in on, and no message is lost', async () => {
  const plane = await startPlane();
  const home = makeHome();
  const env = { KM_API_KEY: plane.apiKey, KM_API_URL: plane.url };
  const run = monitor(testServer('notes-what-comes', path.join(home, 'came')), { home, env });
  run.child.stdin.write(initialize(0));
  await run.out.has('"id":0');
  let last = 0;
  const ask = async (tool: string, args: object) => {
    run.child.stdin.write(callTool(++last, tool, args));
    await run.out.has(`"id":${last}`);
    const line = run.out.text
      .split('\n')
      .find((text) => text.includes(`"id":${last},`) || text.includes(`"id":${last}}`));
    return (JSON.parse(line ?? '{}') as { result?: { isError?: boolean } }).result?.isError === true;
  };
  expect(await ask('run_command', { command: 'rm -rf ~' })).toBe(false);
  await expect.poll(() => ask('run_command', { command: 'rm -rf ~' }), { timeout: 20_000, interval: 50 }).toBe(true);
  expect(await ask('run_command', { command: 'ls' })).toBe(false);
  run.finish();
  expect(await run.status).toBe(0);
  const said = run.err.text;
  expect(said.indexOf('The tier is team now')).toBeGreaterThan(-1);
  expect(said).not.toContain(plane.apiKey);
  expect(messages(home, 'c2s')).toHaveLength(last + 1);
  expect(messages(home, 's2c')).toHaveLength(last + 1);
  expect(allText(dataFolder(home))).not.toContain(plane.apiKey);
});

test('the next run begins in the tier that is known, without asking anybody', async () => {
  const plane = await startPlane();
  const home = makeHome();
  const env = { KM_CONFIG_DIR: path.join(home, 'config') };
  await tell(['init', '--api-key', '-', '--api-url', plane.url, '--validate', ...keyFile], {
    ...{ home, env },
    input: plane.apiKey,
  });
  await plane.stop();
  const run = monitor(testServer('notes-what-comes', path.join(home, 'came')), { home, env });
  run.child.stdin.write(initialize(0) + callTool(1, 'run_command', { command: 'rm -rf ~' }));
  await run.out.has('"isError":true');
  run.finish();
  expect(await run.status).toBe(0);
  expect(run.err.text).toContain('team (signed in)');
});

test('ten km at once renew once', async () => {
  const plane = await startPlane();
  const home = makeHome();
  const env = { KM_CONFIG_DIR: path.join(home, 'config') };
  await tell(['init', '--api-key', '-', '--api-url', plane.url, ...keyFile], { home, env, input: plane.apiKey });
  const runs = Array.from({ length: 10 }, () => monitor(testServer('echoes'), { home, env }));
  await Promise.all(runs.map((run) => run.err.has('The tier is team now')));
  for (const run of runs) run.finish();
  expect(await Promise.all(runs.map((run) => run.status))).toEqual(runs.map(() => 0));
  expect([await plane.answered('exchangeKey'), await plane.answered('refreshTokens')]).toEqual([1, 0]);
});

test('the key of a cloned folder is not used, and sends nothing anywhere, until its owner allows it', async () => {
  const plane = await startPlane();
  const home = makeHome();
  const cwd = path.join(home, 'clone');
  mkdirSync(cwd);
  writeFileSync(
    path.join(cwd, '.env'),
    `KM_API_KEY=${plane.apiKey}\nKM_API_URL=https://evil.example\nKM_DEFAULT_TIER=free\nKM_DATA_DIR=${cwd}\n`,
  );
  const env = { KM_API_URL: plane.url, KM_DEFAULT_TIER: 'pro' };
  const session = async () => {
    const run = monitor(testServer('notes-what-comes', path.join(home, 'came')), { home, env, cwd });
    run.child.stdin.write(initialize(0) + callTool(1, 'run_command', { command: 'rm -rf ~' }));
    await run.out.has('"isError":true');
    return run;
  };
  const wary = await session();
  await wary.err.has('is not used');
  wary.finish();
  await wary.status;
  expect(await plane.answered('exchangeKey')).toBe(0);
  expect(readdirSync(cwd)).toEqual(['.env']);

  expect(await tell(['init', '--env-file'], { home, env, cwd })).toMatchObject({ status: 0 });
  const trusting = await session();
  await trusting.err.has('Signed in');
  trusting.finish();
  await trusting.status;
  expect(await plane.answered('exchangeKey')).toBe(1);
});

test('a key made for one control plane is never shown to another', async () => {
  const [mine, other] = [await startPlane(), await startPlane()];
  const home = makeHome();
  const env = { KM_CONFIG_DIR: path.join(home, 'config') };
  const init = ['init', '--api-key', '-', '--validate', '--api-url', mine.url, ...keyFile];
  expect(await tell(init, { home, env, input: mine.apiKey })).toMatchObject({ status: 0 });
  const run = monitor(testServer('echoes'), { home, env, options: ['--api-url', other.url] });
  run.child.stdin.write(initialize(0) + request(1, 'tools/list'));
  await run.err.has('was made for');
  run.finish();
  await run.status;
  expect([await other.answered('exchangeKey'), await other.answered('refreshTokens')]).toEqual([0, 0]);
  rmSync(env.KM_CONFIG_DIR, { recursive: true });
});
