import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { policyInput } from '@kilometers/core/policy/input.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type OpenPolicy, openPolicy } from './open-policy.ts';

let home: string;
let time = 0;
let faults: string[] = [];

beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'km-policy-'));
  mkdirSync(path.join(home, 'project', '.km'), { recursive: true });
  time = 0;
  faults = [];
});
afterEach(() => rmSync(home, { recursive: true }));

const file = { user: () => path.join(home, 'policy.yaml'), project: () => path.join(home, 'project/.km/policy.yaml') };
const write = (origin: keyof typeof file, rules: string): void =>
  writeFileSync(file[origin](), `version: 1\norder: first-match\nrules:\n${rules}`);
const rule = (name: string, action: string) => `  - { name: ${name}, when: method == "x", action: ${action} }\n`;

const placeOf = (): Parameters<typeof openPolicy>[0] => ({
  configFolder: home,
  cwd: path.join(home, 'project'),
  settings: { preset: 'balanced', threshold: 0.8, block_high_risk: true, transform: false },
  now: () => time,
  onFault: (sentence) => faults.push(sentence.replaceAll(home, 'HOME')),
});
const open = (): Promise<OpenPolicy> => openPolicy(placeOf());

const input = policyInput({
  dir: 'c2s',
  rpc: { id: 1, method: 'x' },
  session: { name: 's', tags: {} },
  server: { name: 'n', command: 'n' },
  risk: { score: 0, level: 'none', findings: [], recommendation: 'allow' },
});
const decide = ({ policy }: OpenPolicy): string => policy.decide(input).rule;

test('without files the preset speaks', async () => {
  expect(decide(await open())).toBe('preset');
});

test('the rules of user and project hold together', async () => {
  write('user', rule('mine', 'ask'));
  expect(decide(await open())).toBe('mine');
  write('project', rule('theirs', 'block'));
  expect(decide(await open())).toBe('project/theirs');
});

test('a file that is wrong at the start is an error with line and column', async () => {
  write('project', rule('a', 'forbid'));
  await expect(open()).rejects.toMatchObject({
    ...{ code: 'policy.invalid', exit: 3 },
    message: expect.stringMatching(/policy\.yaml:4:\d+: `rules\[1\]\.action` is "forbid"; it wants one of allow/),
  });
});

test('a change holds within a second', async () => {
  write('user', rule('old', 'ask'));
  const opened = await open();
  write('user', rule('newer', 'block'));
  expect(decide(opened)).toBe('old');
  time = 1_000;
  expect(decide(opened)).toBe('newer');
  expect(faults).toEqual([]);
});

test('a file that appears during the session is read', async () => {
  const opened = await open();
  write('project', rule('late', 'block'));
  time = 1_000;
  decide(opened);
  await opened.settled();
  expect(decide(opened)).toBe('project/late');
});

test('a new version that is wrong is told of once, and the old one holds on', async () => {
  write('user', rule('good', 'block'));
  const opened = await open();
  writeFileSync(file.user(), 'version: 1\norder: first-match\nrules: {\n');
  for (time = 1_000; time < 5_000; time += 1_000) expect(decide(opened)).toBe('good');
  expect(faults).toEqual([expect.stringMatching(/^HOME\/policy\.yaml:4:1: .* The rules before it hold on\.$/)]);
  write('user', rule('mended', 'block'));
  time += 1_000;
  expect(decide(opened)).toBe('mended');
});

test('rules cannot be taken away by removing their file', async () => {
  write('project', rule('guard', 'block'));
  const opened = await open();
  rmSync(file.project());
  for (time = 1_000; time < 3_000; time += 1_000) expect(decide(opened)).toBe('project/guard');
  expect(faults).toEqual([
    'The policy HOME/project/.km/policy.yaml is gone; its rules hold on until the end of this run.',
  ]);
});

test('what is no ordinary file, or too large a one, is refused', async () => {
  writeFileSync(file.user(), '#'.repeat(1_048_577));
  await expect(open()).rejects.toMatchObject({ code: 'policy.unreadable' });
  rmSync(file.user());
  mkdirSync(file.user());
  await expect(open()).rejects.toMatchObject({ code: 'policy.unreadable' });
  rmSync(file.user(), { recursive: true });
  if (process.platform === 'win32') return;
  execFileSync('mkfifo', [file.user()]);
  await expect(open()).rejects.toMatchObject({ code: 'policy.unreadable' });
});

test('the policy of an organisation tightens from the start, is replaced while it runs, and taken away', async () => {
  const text = (name: string, action: string) => `version: 1\norder: first-match\nrules:\n${rule(name, action)}`;
  write('user', rule('mine', 'allow'));
  const opened = await openPolicy({ ...placeOf(), organisation: text('theirs', 'block') });
  expect([decide(opened), opened.hasRules()]).toEqual(['organisation/theirs', true]);
  await opened.tighten(text('milder', 'ask'));
  expect(decide(opened)).toBe('organisation/milder');
  await expect(opened.tighten('version: 1\norder: no\nrules: []')).rejects.toMatchObject({ code: 'policy.invalid' });
  expect(decide(opened)).toBe('organisation/milder');
  await opened.tighten(undefined);
  expect(decide(opened)).toBe('mine');
});

test('a policy of the organisation that cannot be used is told of, and keeps nobody from working', async () => {
  const opened = await openPolicy({ ...placeOf(), organisation: 'version: 99' });
  expect(decide(opened)).toBe('preset');
  expect(faults).toEqual([expect.stringMatching(/^policy of the organisation:1:\d+: .* It is not used\.$/)]);
});
