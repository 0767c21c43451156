import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compilePolicy } from '@kilometers/core/policy/compile-policy.ts';
import { composePolicy } from '@kilometers/core/policy/compose-policy.ts';
import { policyActions } from '@kilometers/core/policy/policy.ts';
import { runPolicyTests } from '@kilometers/core/policy/run-policy-tests.ts';
import { expect, test } from 'vitest';

const guide = readFileSync(fileURLToPath(new URL('../docs/guides/write-a-policy.md', import.meta.url)), 'utf8');
const examples = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => match[1] as string);
const settings = { preset: 'balanced', threshold: 0.8, block_high_risk: true, transform: false } as const;

test('the guide to policies has examples', () => {
  expect(examples.length).toBeGreaterThanOrEqual(4);
});

test.each(examples.map((text, index) => [index + 1, text] as const))(
  'example %i of the guide is right, and its tests hold',
  (_, text) => {
    const compiled = compilePolicy(text, { origin: 'user' });
    if (compiled.kind === 'problems') throw new Error(JSON.stringify(compiled.problems));
    const results = runPolicyTests(composePolicy({ settings, user: compiled.rules }), compiled.rules.tests);
    expect(results.length).toBeGreaterThan(0);
    expect(results.filter(({ passed }) => !passed)).toEqual([]);
  },
);

test('the guide explains every action', () => {
  expect(policyActions.filter((action) => !guide.includes(`| \`${action}\` |`))).toEqual([]);
});
