import { expect, test } from 'vitest';
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
