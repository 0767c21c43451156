import { expect, test } from 'vitest';
import type { Decision } from '../pipeline/filter.ts';
import { Allowances } from './allowances.ts';

const asked: Decision = { by: 'risk', verdict: 'ask', rule: 'push', reason: 'It leaves.' };
const yes: Decision = { by: 'person', verdict: 'pass', reason: 'A person allowed it, once.' };

test('what a person allowed is known by the very id and direction of the request', () => {
  const allowances = new Allowances();
  allowances.note('c2s', 1, [asked, yes]);
  expect(allowances.of('c2s', 1)).toEqual(['push']);
  expect(allowances.of('c2s', '1')).toBeUndefined();
  expect(allowances.of('s2c', 1)).toBeUndefined();
});

test('an id that is used again is another request', () => {
  const allowances = new Allowances();
  allowances.note('c2s', 1, [asked, yes]);
  allowances.note('c2s', 1, []);
  expect(allowances.of('c2s', 1)).toBeUndefined();
});

test('what nobody was asked about is not allowed', () => {
  const allowances = new Allowances();
  allowances.note('c2s', 1, [yes]);
  allowances.note('c2s', 2, [asked]);
  expect([allowances.of('c2s', 1), allowances.of('c2s', 2)]).toEqual([undefined, undefined]);
});
