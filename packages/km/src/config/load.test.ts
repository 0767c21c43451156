import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { check } from './check.ts';
import { type Config, loadConfig } from './load.ts';
import type { Environment } from './paths.ts';
import { settings, valueAt } from './settings.ts';

let home: string;
let file: string;

beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'km-config-'));
  file = path.join(home, 'config', 'config.json');
  mkdirSync(path.dirname(file));
});
afterEach(() => rmSync(home, { recursive: true }));

const load = (env: Environment = {}, flags: Record<string, unknown> = {}): Promise<Config> =>
  loadConfig({ flags, env: { HOME: home, KM_CONFIG_DIR: path.dirname(file), ...env }, cwd: home, platform: 'linux' });

const dotenv = (text: string) => writeFileSync(path.join(home, '.env'), text);

/** What a failed load says. */
async function complaint(text: string | Uint8Array): Promise<string> {
  writeFileSync(file, text);
  const error = await load().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof Error ? error.message.replace(file, 'FILE') : 'nothing';
}

test('without file, variables and flags every setting has its default', async () => {
  const config = await load();
  expect([...config.origins.values()].every(({ from }) => from === 'default')).toBe(true);
  expect(config.origins.size).toBe(settings.size);
  expect(config.settings).toEqual({
    api_url: 'https://api.kilometers.ai',
    default_tier: 'free',
    log_level: 'info',
    proxy: { timeout: 30, buffer_size: 8192, term_after: 1.5, kill_after: 1, max_retries: 3 },
    log: { max_size: 67_108_864, max_files: 16, max_age: 2_592_000, max_message: 1_048_576 },
    redact: { keys: [], patterns: [], personal: false },
    webhooks: [],
    hold: { max_bytes: 16_777_216 },
    api_tls: { ca: '', cert: '', key: '' },
    listen: {
      allow_hosts: [],
      allow_origins: [],
      drain_timeout: 10,
      idle_timeout: 1_800,
      max_body: 16_777_216,
      max_requests: 4_096,
      max_sessions: 256,
      node: '',
      token_file: '',
    },
    server_tls: { ca: '', cert: '', key: '' },
    oauth: { clients: [], client_metadata_url: '', redirect_port: 0 },
    telemetry: {
      enabled: true,
      batch_size: 100,
      flush_interval: 30,
      include_content: false,
      memory_max: 10_000,
      disk_max: 104_857_600,
    },
    metrics: { enabled: false, port: 9090, host: '127.0.0.1' },
    otlp: {
      enabled: false,
      endpoint: 'http://localhost:4318',
      headers_file: '',
      signals: 'all',
      interval: 60,
      inject: false,
    },
    resources: { interval: 30 },
    risk_analysis: {
      enabled: true,
      threshold: 0.8,
      block_high_risk: true,
      preset: 'balanced',
      transform: false,
      model: true,
      tools: 'mark',
      ask_timeout: 45,
      remote: { enabled: false, deadline: 0.3 },
    },
    organisation: { refresh: 30 },
  });
  expect(config.warnings).toEqual([]);
});

test('flag stands over environment over .env over file over default', async () => {
  const levels = async (env: Environment, flags = {}) => {
    const { settings: found, origins } = await load(env, flags);
    const [level, url] = [origins.get('log_level'), origins.get('api_url')];
    return [found.log_level, level?.from, level?.name?.replace(home, '~'), found.api_url, url?.from];
  };
  const fallback = ['https://api.kilometers.ai', 'default'];
  expect(await levels({})).toEqual(['info', 'default', undefined, ...fallback]);
  writeFileSync(file, '{"log_level":"warn","api_url":"https://file.example"}');
  expect(await levels({})).toEqual(['warn', 'file', '~/config/config.json', 'https://file.example', 'file']);
  dotenv('KM_LOG_LEVEL=debug\n');
  expect(await levels({})).toEqual(['debug', 'dotenv', '~/.env', 'https://file.example', 'file']);
  const env = { KM_LOG_LEVEL: 'trace', KM_API_URL: 'https://env.example' };
  expect(await levels(env)).toEqual(['trace', 'env', 'KM_LOG_LEVEL', 'https://env.example', 'env']);
  const flags = { 'api-url': 'http://localhost:4000' };
  expect((await levels(env, flags)).slice(3)).toEqual(['http://localhost:4000', 'flag']);
});

test('an empty variable counts as none', async () => {
  expect((await load({ KM_LOG_LEVEL: '', KM_API_KEY: '' })).settings.log_level).toBe('info');
  expect((await load({ KM_API_KEY: '' })).apiKey).toBeUndefined();
});

test('the .env of a working folder cannot take km over', async () => {
  const names = ['KM_API_URL', 'KM_BACKTRACE', 'KM_CONFIG_DIR', 'KM_DATA_DIR', 'KM_DEFAULT_TIER'];
  dotenv(names.map((name) => `${name}=http://localhost/evil`).join('\n'));
  const config = await load();
  expect(config.warnings.map((warning) => /: (\w+) is ignored/.exec(warning)?.[1])).toEqual(names);
  expect([config.settings.api_url, config.settings.default_tier]).toEqual(['https://api.kilometers.ai', 'free']);
  expect(config.paths.dataFolder).toBe(path.join(home, '.local/share/km'));
});

test('lines of .env for other programs are passed over, and an .env that is no file only warns', async () => {
  dotenv('PATH=/evil\nDATABASE_URL=x\n# KM_API_URL=y\nexport KM_LOG="proxy=debug" # why\n');
  expect([(await load()).warnings, (await load()).logTargets]).toEqual([[], 'proxy=debug']);
  rmSync(path.join(home, '.env'));
  mkdirSync(path.join(home, '.env'));
  expect((await load()).warnings).toEqual([`${home}/.env is ignored: it is no file, or a very large one.`]);
  rmSync(path.join(home, '.env'), { recursive: true });
  symlinkSync('.env', path.join(home, '.env'));
  expect((await load()).warnings).toEqual([`${home}/.env is ignored: a symbolic link leads back to itself (ELOOP).`]);
});

test('a section within a section is read like any other', async () => {
  writeFileSync(file, '{"risk_analysis":{"remote":{"enabled":true}}}');
  const { risk_analysis } = (await load()).settings;
  expect(risk_analysis).toMatchObject({ enabled: true, remote: { enabled: true, deadline: 0.3 } });
});

test('the API key is known to be there and is never seen', async () => {
  const config = await load({ KM_API_KEY: 'km_live_abc' });
  expect(config.apiKey?.reveal()).toBe('km_live_abc');
  const seen = [JSON.stringify(config), inspect(config, { depth: 9, showHidden: true }), `${config.apiKey}`].join();
  expect(seen).not.toContain('km_live_abc');
});

test('comments and trailing commas are read', async () => {
  writeFileSync(file, '\uFEFF{\n  // mine\n  "proxy": { "timeout": 0.5, }, /* end */\n}\n');
  expect((await load()).settings.proxy.timeout).toBe(0.5);
  writeFileSync(file, ' \n');
  expect((await load()).settings.proxy.timeout).toBe(30);
});

test('a syntax error is named with line and column', async () => {
  expect(await complaint('{\n  "log_level": "warn"\n  "proxy": {}\n}')).toBe(
    'FILE, line 3, column 3: a comma is wanted.',
  );
  expect(await complaint('{"log_level": "warn"')).toBe('FILE, line 1, column 21: a closing brace is wanted.');
  expect(await complaint('{"log_level": nope}')).toBe('FILE, line 1, column 15: a word that JSON does not know.');
  expect(await complaint('[1]')).toBe('FILE: it holds a list; it wants one object, in braces.');
  expect(await complaint(new Uint8Array([0xff, 0xfe, 0x00]))).toMatch(/^FILE, line 1, column 1: /);
});

test('a value that does not fit names file, key, what was found and what is wanted', async () => {
  const wrong: [string, string][] = [
    ['{"proxy":{"timeout":"30"}}', 'FILE: "proxy.timeout" is "30"; it wants a number of seconds above 0.'],
    ['{"proxy":{"timeout":0}}', 'FILE: "proxy.timeout" is 0; it wants a number of seconds above 0.'],
    ['{"proxy":7}', 'FILE: "proxy" is 7; it wants an object.'],
    ['{"log_level":"loud"}', 'FILE: "log_level" is "loud"; it wants one of error, warn, info, debug, trace.'],
    ['{"redact":{"patterns":["("]}}', 'FILE: "redact.patterns" is ["("]; it wants a list of regular expressions.'],
    ['{"log":{"max_files":1.5}}', 'FILE: "log.max_files" is 1.5; it wants a whole number from 1 to 10000.'],
    ['{"version":"2"}', 'FILE: "version" is "2"; it wants a number.'],
    [
      '{"api_url":"http://example.com"}',
      'FILE: "api_url" is "http://example.com"; it wants an https URL (http only for this machine).',
    ],
  ];
  for (const [text, says] of wrong) expect(await complaint(text)).toBe(says);
});

test('a wrong value in the file is an error also where a variable stands over it', async () => {
  writeFileSync(file, '{"log_level":"loud"}');
  await expect(load({ KM_LOG_LEVEL: 'warn' })).rejects.toThrow(/log_level/);
});

test('a variable or a flag that does not fit is named', async () => {
  await expect(load({ KM_DEFAULT_TIER: 'gold' })).rejects.toThrow(/^KM_DEFAULT_TIER is "gold"; it wants one of free/);
  await expect(load({}, { 'api-url': 'ftp://x' })).rejects.toThrow(/^--api-url is "ftp:\/\/x"; it wants an https URL/);
});

test('http is for this machine only, and a URL carries no password', async () => {
  const takes = async (url: string) => (await load({ KM_API_URL: url }).catch(() => undefined))?.settings.api_url;
  for (const url of ['http://localhost:1', 'http://127.0.0.1', 'http://[::1]:8', 'https://x.example']) {
    expect(await takes(url)).toBe(url);
  }
  for (const url of ['http://127.0.0.1.evil.example', 'http://x', 'https://me:secret@x', 'x', 'file:///etc']) {
    expect(await takes(url)).toBeUndefined();
  }
  await expect(load({ KM_API_URL: 'https://me:secret@x' })).rejects.toThrow(
    /^KM_API_URL is "https:\/\/\[redacted\]@x";/,
  );
});

test('an unknown key warns with the nearest known one', async () => {
  writeFileSync(
    file,
    '{"$schema":"x","version":1,"prxy":{"a":1},"log":{"max_fils":2},"telemetry":{"enabled":true},"zzz":0}',
  );
  const { warnings } = await load();
  expect(warnings.map((text) => text.replace(file, 'FILE'))).toEqual([
    'FILE: there is no key "prxy"; it is ignored.',
    'FILE: there is no key "log.max_fils"; it is ignored. Did you mean "log.max_files"?',
    'FILE: there is no key "zzz"; it is ignored.',
  ]);
});

test('a file of a newer version is read as far as it is understood, with one warning', async () => {
  writeFileSync(file, '{"version":2,"log_level":"warn","new_thing":1}');
  const config = await load();
  expect([config.settings.log_level, config.warnings.length]).toEqual(['warn', 1]);
});

test('a folder where the file is wanted, and a file where the folder is wanted, are told apart', async () => {
  mkdirSync(file);
  await expect(load()).rejects.toMatchObject({ code: 'config.unreadable', fix: 'Move the folder away.' });
  writeFileSync(path.join(home, 'blocker'), '');
  const behindFile = load({ KM_CONFIG_DIR: path.join(home, 'blocker') });
  await expect(behindFile).rejects.toMatchObject({ code: 'config.unreadable', fix: 'Move that file away.' });
});

test.runIf(process.platform !== 'win32')('too many open files are told with the way to have more', () => {
  writeFileSync(file, '{}');
  const script = `
    import { openSync } from 'node:fs';
    const { loadConfig } = await import(${JSON.stringify(new URL('./load.ts', import.meta.url).href)});
    try { for (;;) openSync('/dev/null'); } catch {}
    await loadConfig({ env: process.env, cwd: '/' }).catch(({ code, fix }) => process.stdout.write(code + ': ' + fix));`;
  const command = 'ulimit -n 64; exec "$0" --import tsx --input-type=module --eval "$1"';
  const env = { PATH: process.env.PATH, HOME: home, KM_CONFIG_DIR: path.dirname(file) };
  const said = execFileSync('/bin/sh', ['-c', command, process.execPath, script], { env, encoding: 'utf8' });
  expect(said).toBe('config.unreadable: Raise the limit (`ulimit -n`) and try again.');
});

test('paths follow the platform, XDG and the variables of km', async () => {
  const at = async (platform: NodeJS.Platform, env: Environment, flags = {}) => {
    const { paths } = await loadConfig({ flags, env, cwd: home, platform });
    return [paths.configFile, paths.dataFolder, paths.logFile];
  };
  expect(await at('darwin', { HOME: '/h' })).toEqual([
    '/h/.config/km/config.json',
    '/h/.local/share/km',
    '/h/.local/share/km/mcp_proxy.log',
  ]);
  const xdg = { HOME: '/h', XDG_CONFIG_HOME: '/x/c', XDG_DATA_HOME: 'relative' };
  expect(await at('linux', xdg)).toEqual([
    '/x/c/km/config.json',
    '/h/.local/share/km',
    '/h/.local/share/km/mcp_proxy.log',
  ]);
  const own = { ...xdg, KM_CONFIG_DIR: 'c', KM_DATA_DIR: '~/d' };
  expect(await at('linux', own, { 'log-file': '~/my.log' })).toEqual([`${home}/c/config.json`, '/h/d', '/h/my.log']);
  expect((await at('linux', {}))[1]).toBe(path.join(homedir(), '.local/share/km'));
  const windows = await at('win32', { APPDATA: '/roaming', USERPROFILE: '/u' });
  expect(windows.slice(0, 2)).toEqual(['/roaming/km/config.json', '/roaming/km']);
});

test('nobody who holds the configuration can change it', async () => {
  const { settings: found } = await load();
  expect(() => Object.assign(found.proxy, { timeout: 1 })).toThrow(TypeError);
  expect(() => (found.redact.keys as string[]).push('x')).toThrow(TypeError);
});

test('every default fits its own schema, and every key has a meaning', async () => {
  const { settings: found } = await load();
  for (const [key, setting] of settings) {
    const meant = [valueAt(found, key), setting.description.endsWith('.'), setting.wants.length > 5];
    expect([key, ...meant]).toEqual([key, check(setting, setting.initial, key), true, true]);
  }
});

test('variables say numbers and truths as text, and nothing else is taken for them', async () => {
  const { settings: set } = await load({ KM_METRICS_ENABLED: '1', KM_METRICS_PORT: '9100', KM_OTLP_ENABLED: 'false' });
  expect([set.metrics.enabled, set.metrics.port, set.otlp.enabled]).toEqual([true, 9100, false]);
  await expect(load({ KM_METRICS_PORT: '0x10' })).rejects.toThrow(/^KM_METRICS_PORT is "0x10"; it wants a port/);
  await expect(load({ KM_METRICS_ENABLED: 'yes' })).rejects.toThrow(/it wants true or false/);
});

test('the headers of other programs are for their collector only, and none of them is shown', async () => {
  const theirs = {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'https://otel.example',
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=theirs',
  };
  const reveal = async (env: Environment) => (await load(env)).otlpHeaders?.reveal();
  expect((await load(theirs)).settings.otlp).toMatchObject({ enabled: false, endpoint: 'https://otel.example' });
  expect(await reveal(theirs)).toBe('authorization=theirs');
  expect(await reveal({ ...theirs, KM_OTLP_ENDPOINT: 'https://ours.example' })).toBeUndefined();
  expect(await reveal({ ...theirs, KM_OTLP_HEADERS: 'x=ours' })).toBe('x=ours');
  expect(inspect(await load(theirs), { depth: 5 })).not.toContain('theirs');
});
