import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { setInFile } from './set-in-file.ts';

let home: string;
let file: string;

beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'km-set-'));
  file = path.join(home, 'km', 'config.json');
});
afterEach(() => rmSync(home, { recursive: true }));

const text = () => readFileSync(file, 'utf8');

function given(content: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
}

test('a new file is private, and so is its folder', async () => {
  await setInFile(file, 'proxy.timeout', '60');
  expect(JSON.parse(text())).toEqual({ version: 1, proxy: { timeout: 60 } });
  expect([statSync(file).mode & 0o777, statSync(path.dirname(file)).mode & 0o777]).toEqual([0o600, 0o700]);
  expect(readdirSync(path.dirname(file))).toEqual(['config.json']);
});

test('comments, order and everything else stay', async () => {
  given(
    '{\n  // how long\n  "proxy": { "timeout": 5, /* x */ "term_after": 2 },\n  "api_url": "https://a.example" // mine\n}\n',
  );
  chmodSync(file, 0o644);
  await setInFile(file, 'proxy.timeout', '7.5');
  expect(text()).toBe(
    '{\n  // how long\n  "proxy": { "timeout": 7.5, /* x */ "term_after": 2 },\n  "api_url": "https://a.example" // mine\n}\n',
  );
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('a word is a text, a number, a truth or a list, as the key wants', async () => {
  await setInFile(file, 'log_level', 'debug');
  await setInFile(file, 'redact.personal', 'true');
  await setInFile(file, 'redact.keys', 'ssn, iban');
  await setInFile(file, 'redact.patterns', '["a,b"]');
  expect(JSON.parse(text())).toMatchObject({
    log_level: 'debug',
    redact: { personal: true, keys: ['ssn', 'iban'], patterns: ['a,b'] },
  });
});

test('what does not fit is refused before anything is written', async () => {
  await expect(setInFile(file, 'proxy.timeout', 'long')).rejects.toThrow(
    '"proxy.timeout" is "long"; it wants a number of seconds above 0.',
  );
  const unknown = setInFile(file, 'proxy.timeoutt', '1');
  await expect(unknown).rejects.toMatchObject({ code: 'config.unknown-key', fix: 'Did you mean `proxy.timeout`?' });
  expect(readdirSync(home)).toEqual([]);
});

test('a wrong value can be replaced, a file that cannot be parsed is left alone', async () => {
  given('{"proxy":{"timeout":"x"}}');
  await setInFile(file, 'proxy.timeout', '3');
  expect(text()).toBe('{"proxy":{"timeout":3}}');
  given('{"proxy":');
  await expect(setInFile(file, 'proxy.timeout', '3')).rejects.toMatchObject({ code: 'config.invalid' });
  given('{"proxy":null}');
  await expect(setInFile(file, 'proxy.timeout', '3')).rejects.toThrow(/"proxy" is null; it wants an object/);
  expect(text()).toBe('{"proxy":null}');
});

test('a file of a newer km is not changed', async () => {
  given('{"version":2}');
  await expect(setInFile(file, 'log_level', 'warn')).rejects.toMatchObject({ code: 'config.newer' });
  expect(text()).toBe('{"version":2}');
});

test('a symbolic link stays, and what it leads to is written, there or not', async () => {
  const real = path.join(home, 'dotfiles', 'km.json');
  mkdirSync(path.dirname(file), { recursive: true });
  symlinkSync('../dotfiles/km.json', file);
  await setInFile(file, 'log_level', 'warn');
  await setInFile(file, 'log_level', 'error');
  expect([lstatSync(file).isSymbolicLink(), JSON.parse(readFileSync(real, 'utf8')).log_level]).toEqual([true, 'error']);
});

test('a folder that cannot be made is an error with its cause', async () => {
  writeFileSync(path.join(home, 'km'), 'in the way');
  await expect(setInFile(file, 'log_level', 'warn')).rejects.toMatchObject({ code: 'config.unreadable' });
});

test('a file that cannot be written is an error with its cause, and nothing is left behind', async () => {
  const name = path.join(home, 'x'.repeat(252));
  await expect(setInFile(name, 'log_level', 'warn')).rejects.toMatchObject({
    code: 'config.unwritable',
    cause: { code: 'ENAMETOOLONG' },
  });
  expect(readdirSync(home)).toEqual([]);
});
