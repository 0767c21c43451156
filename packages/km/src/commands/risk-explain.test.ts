import { combine } from '@kilometers/core/risk/combine.ts';
import type { Finding } from '@kilometers/core/risk/finding.ts';
import { expect, test } from 'vitest';
import { runKm } from '../../test/run-km.ts';
import { explainText } from './explain-text.ts';

const actions = { observe: 'allow, and note high-risk', balanced: 'block', strict: 'block' };

const destroys: Finding = {
  rule: 'commands.destructive',
  owasp: 'MCP05:2025',
  weight: 0.9,
  reason: 'Removes the home folder.',
  evidence: 'rm -rf ~',
  at: { pointer: '/params/arguments/command', start: 12, end: 20 },
  suggestion: { what: 'Name the folder that is meant.', text: 'echo start;\nrm -rf ./build' },
};
const secret: Finding = {
  ...destroys,
  rule: 'secrets.token',
  owasp: 'MCP01:2025',
  weight: 0.5,
  reason: 'A token.',
  evidence: '[redacted:token]',
  at: { pointer: '', start: 0, end: 4 },
};

test('each finding is shown with its reason and its place, and the sum that makes the score', () => {
  const { suggestion: _, ...plain } = secret;
  const assessment = combine([destroys, { ...destroys, rule: 'commands.other', weight: 0.3 }, plain]);
  const textAt = () => 'echo start;\nrm -rf ~ && echo \u202edone';
  expect(explainText({ assessment, actions, textAt })).toBe(`score  0.95  critical

  0.90  commands.destructive  (MCP05 Command Injection and Execution)  /params/arguments/command
        Removes the home folder.
          rm -rf ~ && echo \\u202edone
          ^^^^^^^^
        Safer: Name the folder that is meant.

  0.50  secrets.token  (MCP01 Token Mismanagement and Secret Exposure)
        A token.
          “[redacted:token]”

  0.30  commands.other  (MCP05 Command Injection and Execution)  /params/arguments/command
        Removes the home folder.
          rm -rf ~ && echo \\u202edone
          ^^^^^^^^
        Safer: Name the folder that is meant.

How the score comes about
  commands      0.90
  secrets       0.50
  1 − (1 − 0.90) × (1 − 0.50) = 0.95

What km monitor would do
  observe   allow, and note high-risk
  balanced  block
  strict    block
`);
});

test('a place in a long line is shown with what stands around it', () => {
  const text = `${'a'.repeat(100)}bad${'c'.repeat(100)}`;
  const finding = { ...destroys, at: { pointer: '', start: 100, end: 103 } };
  const lines = explainText({ assessment: combine([finding]), actions, textAt: () => text }).split('\n');
  expect(lines.slice(4, 6)).toEqual([
    `          ${'a'.repeat(30)}bad${'c'.repeat(30)}`,
    `          ${' '.repeat(30)}^^^`,
  ]);
});

const nothing = { score: 0, level: 'none', findings: [], recommendation: 'allow' };

test.each([
  [['notes of a meeting'], ''],
  [['-'], 'notes of a meeting'],
  [['--message', '{"id":1,"method":"ping"}'], ''],
  [['--message', '{"id":1,"result":{}}'], ''],
])('%j is judged', async (args, input) => {
  const { status, out } = await runKm(['risk', 'explain', '--json', ...args], undefined, input);
  expect([status, JSON.parse(out)]).toMatchObject([
    0,
    { ...nothing, presets: { observe: 'allow', balanced: 'allow', strict: 'allow' } },
  ]);
});

test.each([
  [[], 'There is no text to judge.'],
  [['--message', '{'], '--message takes a JSON-RPC message; this is not JSON.'],
  [['--message', '{"a":1}'], 'This is no JSON-RPC message.'],
  [['--surface', 'fish', 'x'], expect.stringMatching(/^"surface" is to be one of/)],
  [['--file', 'none.txt'], 'none.txt cannot be read.'],
])('%j is refused', async (args, message) => {
  const { status, err } = await runKm(['risk', 'explain', ...args]);
  expect([status, JSON.parse(err).message]).toEqual([2, message]);
});
