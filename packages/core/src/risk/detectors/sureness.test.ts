import { expect, test } from 'vitest';
import { strengthOfPassword } from './made-up.ts';
import { sureness } from './sureness.ts';

// Put together here, so that no scanner of repositories takes them for secrets of ours.
const random = 'q7Zk2VbX9mLw4RtY8sHd3JfG6pNc5AeU0iQoB1xT';

test('a token is surer the more it is like those its issuer makes', () => {
  const whole = sureness(`${'ghp'}_${random.slice(0, 36)}`, 'github-token');
  const tooShort = sureness(`gsk_${random}`, 'groq-key');
  const typed = sureness('gsk_abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnop', 'groq-key');
  const filledIn = sureness(`gsk_${'x'.repeat(52)}`, 'groq-key');
  expect([whole, tooShort, typed, filledIn]).toEqual([1, 0.7, 0.5, 0]);
});

test('a key that is meant to be seen, or that pays nothing, is less sure', () => {
  expect(sureness(`${'AIza'}Sy${random.slice(0, 33)}`, 'google-api-key')).toBe(0.6);
  expect(sureness(`${'sk'}_test_${random.slice(0, 24)}`, 'stripe-key')).toBe(0.75);
  expect(sureness(`${'sk'}_live_${random.slice(0, 24)}`, 'stripe-key')).toBe(1);
});

test('a token in three parts is a JWT when its first says how it is signed', () => {
  const rest = `.${random}.${random}`;
  expect(sureness(`${btoa('{"alg":"RS256"}')}${rest}`, 'jwt')).toBe(1);
  expect(sureness(`eyJ${random.slice(0, 20)}${rest}`, 'jwt')).toBe(0.5);
});

test.each([
  ['mysql', 'mysql', 0],
  ['password', 'user', 0],
  ['{PASS}', 'user', 0],
  ['1111', 'user', 0.3],
  ['admin123', 'root', 0.5],
  ['Lovelace1815', 'ada', 0.6],
  ['correcthorse', 'ada', 0.65],
  ['gr8-Sardine', 'ada', 1],
])('the password %s of %s is one to the degree of %d', (password, user, strength) => {
  expect(strengthOfPassword(password, user)).toBe(strength);
});
