import { describe, expect, test } from 'vitest';
import { createEngine } from '../assess.ts';
import type { Surface } from '../passage.ts';
import { secrets } from './secrets.ts';

const token = `ghp_${'a1B2c3D4e5'.repeat(4).slice(0, 36)}`;
const suggestionsFor = (surface: Surface, text: string) =>
  createEngine({ detectors: [secrets] })
    .assessText({ surface, text })
    .findings.flatMap(({ suggestion }) => suggestion?.text ?? []);

test('a result is suggested without all the secrets in it', () => {
  const text = suggestionsFor('tool_result', `old: ${token}, new: ${token.replace('a1', 'z9')}.`);

  expect(new Set(text)).toEqual(new Set(['old: [github-token removed], new: [github-token removed].']));
});

test('what a program is given, and a key of which only the first line is known, is not suggested otherwise', () => {
  expect(suggestionsFor('tool_args', token)).toEqual([]);
  expect(
    suggestionsFor('tool_result', '-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----'),
  ).toEqual([]);
});

describe('a token is found by the engine, whatever few letters it is known by', () => {
  const random = 'q7Zk2VbX9mLw4RtY8sHd3JfG6pNc5AeU0iQo1BhC';
  const hex = '3f9a1c7e5b2d80463f9a1c7e5b2d8046b7c1d2e4';
  test.each([
    ['vault-token', `s.${random.slice(0, 24)}`],
    ['twilio-key', `SK${hex.slice(0, 32)}`],
    ['airtable-token', `pat${random.slice(0, 14)}.${hex}${hex.slice(0, 24)}`],
    ['figma-token', `figoh_${random}`],
    ['easypost-key', `EZTK${random}${random.slice(0, 14)}`],
    ['newrelic-key', `NRII-${random.slice(0, 32)}`],
    ['vercel-token', `vck_${random.slice(0, 24)}`],
    ['url-password', 'postgres://app:q7Zk2VbX9mLw@db.internal/orders'],
  ])('%s', (name, token) => {
    const { findings } = createEngine().assessText({ surface: 'tool_result', text: `It says ${token} there.` });
    expect(findings.map(({ rule }) => rule)).toContain(`secrets.${name}`);
  });
});
