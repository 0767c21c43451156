import { expect, test } from 'vitest';
import { Secret } from '../config/secret.ts';
import type { KeptToken } from './read-token.ts';
import { graceMs, isDue, tierStateOf } from './tier-state.ts';

const origin = 'https://plane.example';
const minute = 60_000;
const jwtOf = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;
const kept = (change: Partial<KeptToken> = {}, claims: object = { tier: 'team' }): KeptToken => ({
  origin,
  credential: 'c',
  jwt: new Secret(jwtOf(claims)),
  plan: undefined,
  receivedAt: 0,
  expiresAt: 15 * minute,
  seenAt: 0,
  ...change,
});
const state = (token: KeptToken | undefined, now: number) =>
  tierStateOf({ kept: token, origin, defaultTier: 'pro', now });

test('while the token holds, its tier does', () => {
  expect(state(kept(), minute)).toEqual({ tier: 'team', from: 'token', until: 15 * minute });
});

test('without a token, or with one of another control plane, the default holds', () => {
  const byDefault = { tier: 'pro', from: 'default', until: undefined };
  expect(state(undefined, minute)).toEqual(byDefault);
  expect(state(kept({ origin: 'https://other.example' }), minute)).toEqual(byDefault);
});

test('a token that was not renewed holds for three days, and then the tier is free, whatever the default', () => {
  const until = 15 * minute + graceMs;
  expect(state(kept(), until - 1)).toEqual({ tier: 'team', from: 'last-known', until });
  expect(state(kept(), until)).toEqual({ tier: 'free', from: 'last-known', until });
});

test('a clock that was set back gives it no more time', () => {
  const seenAt = 10 * minute + graceMs;
  expect(state(kept({ seenAt }), 20 * minute)).toMatchObject({ tier: 'free', from: 'last-known' });
  expect(state(kept({ seenAt: 20 * minute }), 14 * minute)).toMatchObject({ tier: 'team', from: 'last-known' });
  expect(state(kept({ seenAt: -minute }), -minute)).toMatchObject({ from: 'token' });
});

test('what older servers call it is understood, and a tier to come counts as free', () => {
  expect(state(kept({}, { plan: 'enterprise' }), 1)).toMatchObject({ tier: 'enterprise' });
  expect(state(kept({ plan: 'pro' }, {}), 1)).toMatchObject({ tier: 'pro' });
  expect(state(kept({}, { tier: 'galactic' }), 1)).toMatchObject({ tier: 'free' });
});

test('a token is due from a minute and a half before its end, a short one later', () => {
  expect(isDue(kept(), 13 * minute)).toBe(false);
  expect(isDue(kept(), 14 * minute)).toBe(true);
  expect(isDue(kept({ expiresAt: 30_000 }), 14_000)).toBe(false);
  expect(isDue(kept({ receivedAt: 100 * minute, expiresAt: 115 * minute }), minute)).toBe(true);
});
