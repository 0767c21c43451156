import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { km, makeHome, runKm, start } from './start-km.ts';

const configFile = (home: string) => path.join(home, '.config', 'km', 'config.json');

/** The line of JSON that km wrote to stderr. */
const failure = (stderr: string) => JSON.parse(stderr) as Record<string, unknown>;

/** Writes the configuration file of a fresh home. */
function configured(text: string): string {
  const home = makeHome();
  mkdirSync(path.dirname(configFile(home)), { recursive: true });
  writeFileSync(configFile(home), text);
  return home;
}

const helps = [[], ['--help'], ['help', 'config', 'set'], ['config', '--help'], ['config', 'show', '--help']];

const offline = [...helps, ['--version']].map((args) => ({ args, line: ['km', ...args].join(' ') }));

test.each(offline)('`$line` exits 0 and touches no file', async ({ args }) => {
  const home = makeHome();
  const { status, stdout, stderr } = await runKm(args, { home, env: { KM_CONFIG_DIR: '/dev/null/x' } });
  expect([status, stderr, stdout.length > 5, readdirSync(home)]).toEqual([0, '', true, []]);
});

test('help of a command has usage, options and an example', async () => {
  const { stdout } = await runKm(['config', 'show', '-h']);
  expect(stdout).toMatch(/^Usage: km config show/m);
  expect(stdout).toMatch(/^ {2}-l, --long {2}/m);
  expect(stdout).toMatch(/^Examples:\n {2}km config show\n/m);
});

test('off a terminal an error is one line of JSON', async () => {
  const { status, stdout, stderr } = await runKm(['config', 'shwo']);
  expect([status, stdout]).toEqual([2, '']);
  expect(failure(stderr)).toMatchObject({
    level: 'error',
    target: 'km',
    message: 'There is no command `config shwo`.',
    error: 'There is no command `config shwo`.',
    code: 'usage.unknown-command',
    fix: 'Did you mean `km config show`?',
  });
});

test.runIf(process.platform === 'linux')('on a terminal an error is three lines, with --json an object', async () => {
  const terminal = async (command: string) => {
    const run = start(['script', '-qec', `'${km}' ${command}`, '/dev/null'], {});
    run.finish();
    return { status: await run.status, lines: run.out.text.replaceAll('\r', '').split('\n') };
  };
  expect(await terminal('config get log.max_sise')).toEqual({
    status: 3,
    lines: [
      'error: There is no configuration key "log.max_sise". [config.unknown-key]',
      'fix: Did you mean `log.max_size`?',
      '',
    ],
  });
  const { lines } = await terminal('config get log.max_sise --json');
  expect(failure(lines.join('')).code).toBe('config.unknown-key');
});

test('a bad file ends every command that needs it, and never with a stack', async () => {
  const home = configured('{ "proxy": { "timeout": "long" } }');
  const { status, stderr } = await runKm(['config', 'show'], { home });
  expect(status).toBe(3);
  const file = configFile(home);
  expect(failure(stderr).message).toBe(`${file}: "proxy.timeout" is "long"; it wants a number of seconds above 0.`);
  expect(failure(stderr)).not.toHaveProperty('stack');
  const { stderr: traced } = await runKm(['config', 'show'], { home, env: { KM_BACKTRACE: '1' } });
  expect(failure(traced).stack).toMatch(/\n\s+at /);
});

test('the file that has to be mended can be found and set', async () => {
  const home = configured('{ "proxy": { "timeout": "long" } }');
  expect((await runKm(['config', 'path'], { home })).stdout).toBe(`${configFile(home)}\n`);
  expect((await runKm(['config', 'set', 'proxy.timeout', '60'], { home })).status).toBe(0);
  expect((await runKm(['config', 'get', 'proxy.timeout'], { home })).stdout).toBe('60\n');
});

test('show tells where each value came from, and masks the key', async () => {
  const home = configured('{ // mine\n "log_level": "warn", }');
  const env = { KM_API_KEY: 'km_live_secret', KM_DEFAULT_TIER: 'pro' };
  const { stdout } = await runKm(['config', 'show', '--json'], { home, env });
  expect(JSON.parse(stdout)).toMatchObject({
    api_key: { value: '[redacted]', from: 'env', name: 'KM_API_KEY' },
    default_tier: { value: 'pro', from: 'env', name: 'KM_DEFAULT_TIER' },
    log_level: { value: 'warn', from: 'file', name: configFile(home) },
    'log.max_files': { value: 16, from: 'default' },
  });
  const table = (await runKm(['config', 'show'], { home, env })).stdout;
  expect(table).toMatch(/^default_tier +pro +env KM_DEFAULT_TIER$/m);
  expect(stdout + table).not.toContain('km_live_secret');
});

test('a typing error in the file is a warning', async () => {
  const home = configured('{ "log": { "max_fiels": 3 } }');
  const { status, stderr } = await runKm(['config', 'get', 'log.max_files'], { home });
  expect([status, failure(stderr).level, failure(stderr).target]).toEqual([0, 'warn', 'config']);
  expect(failure(stderr).message).toMatch(/Did you mean "log.max_files"\?$/);
});

test('levels, as a whole and for one part of km, say what is told', async () => {
  const home = configured('{ "log": { "max_fiels": 3 } }');
  const told = async (env: Record<string, string>) =>
    (await runKm(['config', 'get', 'log_level'], { home, env })).stderr.split('\n').length - 1;
  expect(await told({ KM_LOG_LEVEL: 'warn' })).toBe(1);
  expect(await told({ KM_LOG_LEVEL: 'error' })).toBe(0);
  expect(await told({ KM_LOG: 'config=error' })).toBe(0);
  expect(await told({ KM_LOG_LEVEL: 'error', KM_LOG: 'config=debug' })).toBe(1);
  writeFileSync(configFile(home), '{ "log": { "max_fiels": 3 }, "log_level": "error" }');
  expect(await told({})).toBe(0);
});

test('what is thrown outside of every promise is told like all else', async () => {
  const home = makeHome();
  const thrower = path.join(home, 'thrower.cjs');
  for (const act of ['throw new Error("oops")', 'Promise.reject(new Error("oops"))']) {
    writeFileSync(thrower, `setImmediate(() => { ${act} }); setTimeout(() => {}, 20_000);`);
    const env = { NODE_OPTIONS: `--require ${thrower}`, BUN_OPTIONS: `--preload ${thrower}` };
    const { status, stderr } = await runKm(['--version'], { home, env });
    const { code, cause } = failure(stderr);
    expect([status, code, cause]).toEqual([1, 'internal.bug', 'oops']);
  }
});

test('the editor gets the file, and what it left is checked and kept', async () => {
  const home = makeHome();
  const editor = path.join(home, 'editor.sh');
  writeFileSync(editor, `#!/bin/sh\necho "$1" >"${home}/opened"\nprintf '%s' "$TEXT" >"$2"\n`);
  chmodSync(editor, 0o755);
  const edit = (text: string) => runKm(['config', 'edit'], { home, env: { EDITOR: `${editor} --wait`, TEXT: text } });
  expect((await edit('{"log_level":"debug"}')).status).toBe(0);
  expect(readFileSync(path.join(home, 'opened'), 'utf8')).toBe('--wait\n');
  const { status, stderr } = await edit('{"log_level":"loud"}');
  expect([status, failure(stderr).code]).toEqual([3, 'config.invalid']);
  expect(readFileSync(configFile(home), 'utf8')).toBe('{"log_level":"loud"}');
  const failed = await runKm(['config', 'edit'], { home, env: { VISUAL: 'false', EDITOR: 'true' } });
  expect([failed.status, failure(failed.stderr).code]).toEqual([3, 'config.editor-failed']);
});

test('a folder where the file is wanted is recognised', async () => {
  const home = makeHome();
  mkdirSync(configFile(home), { recursive: true });
  const { status, stderr } = await runKm(['config', 'show'], { home });
  expect([status, failure(stderr).cause]).toEqual([3, 'it is a folder, and a file is wanted (EISDIR)']);
});

test('a command with too many words is shown its form', async () => {
  const { status, stderr } = await runKm(['config', 'set', 'proxy.timeout', '=', '3']);
  expect([status, failure(stderr).fix]).toEqual([2, 'Write `km config set KEY VALUE`.']);
});

test('what a working folder says about the runtime is not obeyed', async () => {
  const home = makeHome();
  writeFileSync(path.join(home, 'evil.js'), `require('node:fs').writeFileSync('${home}/done', '')`);
  writeFileSync(path.join(home, 'bunfig.toml'), 'preload = ["./evil.js"]\n');
  writeFileSync(path.join(home, '.env'), 'KM_DEFAULT_TIER=enterprise\nXDG_CONFIG_HOME=/tmp/evil\n');
  const { stdout } = await runKm(['config', 'show', '--json'], { home });
  expect(JSON.parse(stdout).default_tier).toEqual({ value: 'free', from: 'default' });
  expect((await runKm(['config', 'path'], { home })).stdout).toBe(`${configFile(home)}\n`);
  expect(existsSync(path.join(home, 'done'))).toBe(false);
});

test('nobody reading is no error', async () => {
  const run = start(['sh', '-c', `'${km}' config show --long | head -n 1`], {});
  run.finish();
  expect([await run.status, run.err.text, run.out.text.split('\n').length]).toEqual([0, '', 2]);
});

test('the .env of a working folder cannot move the configuration', async () => {
  const home = makeHome();
  writeFileSync(path.join(home, '.env'), 'KM_CONFIG_DIR=/tmp/evil\nKM_API_URL=https://evil.example\n');
  expect((await runKm(['config', 'path'], { home })).stdout).toBe(`${configFile(home)}\n`);
  const { stdout, stderr } = await runKm(['config', 'get', 'api_url'], { home });
  expect(stdout).toBe('https://api.kilometers.ai\n');
  expect(stderr.trim().split('\n').length).toBe(2);
  expect(existsSync('/tmp/evil')).toBe(false);
});
