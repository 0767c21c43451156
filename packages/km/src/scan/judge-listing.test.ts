import { combine } from '@kilometers/core/risk/combine.ts';
import type { Finding } from '@kilometers/core/risk/finding.ts';
import { expect, test } from 'vitest';
import { judgeListing } from './judge-listing.ts';

const finding = (pointer: string): Finding => ({
  ...{ rule: 'test.rule', owasp: 'MCP03:2025', weight: 0.5, reason: 'Bad.', evidence: 'bad' },
  at: { pointer, start: 0, end: 3 },
});

const tools = [{ name: 'a' }, { description: 'nameless' }, null];
const subjects = [
  { dir: 's2c', rpc: { result: { instructions: 'bad' } }, asked: { method: 'initialize' } },
  { dir: 's2c', rpc: { result: { tools } }, asked: { method: 'tools/list' } },
] as const;

test('findings are gathered by the thing they stand in, whatever shape it has', () => {
  const found = [
    [finding('/result/instructions')],
    ['/2/x', '/0/title', '/1/description', '/0/description'].map((at) => finding(`/result/tools${at}`)),
  ];
  const engine = { assess: () => combine(found.shift() ?? []), assessText: () => combine([]), learn: () => {} };
  const { items, faults } = judgeListing(engine, { subjects });
  expect(
    items.map(({ kind, name, assessment }) => [kind, name, ...assessment.findings.map(({ at }) => at.pointer)]),
  ).toEqual([
    ['server', 'itself', '/result/instructions'],
    ['tool', 'a', '/description', '/title'],
    ['tool', '#1', '/description'],
    ['tool', '#2', '/x'],
  ]);
  expect(faults).toEqual([]);
});

test('what weighs next to nothing is not told', () => {
  const light = { ...finding('/result/tools/0/description'), weight: 0.05 };
  const engine = { assess: () => combine([light]), assessText: () => combine([]), learn: () => {} };
  expect(judgeListing(engine, { subjects }).items).toEqual([]);
});

test('what is missing from the findings is told', () => {
  const assess = () => ({ ...combine([]), more: 3, unjudged: ['files'] });
  const engine = { assess, assessText: () => combine([]), learn: () => {} };
  expect(judgeListing(engine, { subjects: [subjects[1]] }).faults).toEqual([
    'tools/list has 3 lighter findings that are not shown.',
    'tools/list could not be judged by files.',
  ]);
});
