import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Secret } from '../config/secret.ts';
import type { TierState } from './account.ts';
import type { KeySource } from './key-source.ts';
import { openAccount } from './open-account.ts';
import { tokenFile } from './read-token.ts';
import type { Renewal } from './renew.ts';

const origin = 'https://plane.example';
const minute = 60_000;
const hour = 60 * minute;
const kept: KeySource = { kind: 'kept', store: 'keyring', credential: 'c', hint: 'km_live_x…' };

/** An account over a folder of its own, with a clock and timers that the test moves. */
function world({ source = kept as KeySource, localOnly = false, genuine = true } = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), 'km-account-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = tokenFile(folder, undefined);
  const clock = { now: 1_800_000_000_000 };
  const state = { source, answer: { kind: 'renewed' } as Renewal, tier: 'team', renewals: 0, minutes: 15 };
  const said: string[] = [];
  const timers = new Set<{ at: number; then: () => void }>();
  const jwt = () =>
    `e30.${Buffer.from(JSON.stringify({ tier: state.tier, n: state.renewals })).toString('base64url')}.x`;
  // At once: writing it as km does would take turns of the loop that no clock counts.
  const keep = () => {
    const times = { received_at: clock.now, expires_at: clock.now + state.minutes * minute };
    writeFileSync(file, JSON.stringify({ v: 1, origin, credential: 'c', jwt: jwt(), ...times }));
    utimesSync(file, clock.now / 1_000, clock.now / 1_000);
  };
  const open = () => {
    const account = openAccount({
      ...{ origin, folder, defaultTier: 'free', random: () => 0, now: () => clock.now },
      findKey: async () => state.source,
      renew: localOnly
        ? undefined
        : async () => {
            state.renewals++;
            if (state.answer.kind === 'renewed') keep();
            return state.answer;
          },
      isGenuine: async () => genuine,
      after(ms, then) {
        const timer = { at: clock.now + ms, then };
        timers.add(timer);
        return () => void timers.delete(timer);
      },
      note: (text) => said.push(text),
      warn: (text) => said.push(text),
    });
    onTestFinished(() => account.close());
    return account;
  };
  /** Lets time pass, timer by timer, and what they begin come to its end. */
  const pass = async (ms: number) => {
    const end = clock.now + ms;
    for (;;) {
      await settled();
      const next = [...timers].sort((one, other) => one.at - other.at)[0];
      if (next === undefined || next.at > end) break;
      timers.delete(next);
      clock.now = Math.max(clock.now, next.at);
      next.then();
    }
    clock.now = end;
    await settled();
  };
  /** Time goes by while the machine sleeps: what was due happens once, at the end. */
  const sleep = async (ms: number) => {
    await settled();
    clock.now += ms;
    for (const timer of [...timers].filter(({ at }) => at <= clock.now)) {
      timers.delete(timer);
      timer.then();
    }
    await settled();
  };
  return { clock, state, said, open, pass, sleep, keep };
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
}

test('without a key nobody is asked, and there is no token', async () => {
  const { open, state, pass, said } = world({ source: { kind: 'none', reason: '' } });
  const account = open();
  await pass(hour);
  expect(account.tier).toEqual({ tier: 'free', from: 'default', until: undefined });
  expect(await account.accessToken()).toBeUndefined();
  expect([state.renewals, said]).toEqual([0, []]);
});

test('a key is exchanged at once, whoever listens hears the tier, and it is renewed before each end', async () => {
  const { open, pass, state, said } = world();
  const heard: TierState[] = [];
  const account = open();
  account.onTier((tier) => heard.push(tier));
  await pass(hour);
  expect(heard.map(({ tier, from }) => [tier, from])).toEqual([['team', 'token']]);
  expect(state.renewals).toBe(5);
  expect(said).toEqual(['Signed in to plane.example: tier team.']);
});

test('a change of tier is heard, and a tier that stays is not', async () => {
  const { open, pass, state } = world();
  const account = open();
  await pass(minute);
  const heard: string[] = [];
  account.onTier(({ tier }) => heard.push(tier));
  await pass(20 * minute);
  state.tier = 'free';
  await pass(20 * minute);
  expect(heard).toEqual(['free']);
});

test('without a network the tier holds for 72 hours, its end is announced, and then it is free', async () => {
  const { open, pass, sleep, state, said } = world();
  const account = open();
  await pass(minute);
  state.answer = { kind: 'later', reason: 'no network' };
  await sleep(47 * hour);
  expect(account.tier).toMatchObject({ tier: 'team', from: 'last-known' });
  expect(said.filter((text) => text.includes('holds until'))).toEqual([]);
  await sleep(3 * hour);
  expect(said.filter((text) => text.includes('holds until'))).toHaveLength(1);
  await sleep(24 * hour);
  expect(account.tier).toMatchObject({ tier: 'free', from: 'last-known' });
  expect(said.filter((text) => text.includes('no network'))).toHaveLength(1);
  state.answer = { kind: 'renewed' };
  await pass(10 * minute);
  expect(account.tier).toMatchObject({ tier: 'team', from: 'token' });
});

test('a clock that is set back does not lengthen that time', async () => {
  const { open, pass, sleep, state, clock } = world();
  const account = open();
  await pass(minute);
  state.answer = { kind: 'later', reason: 'no network' };
  await sleep(30 * hour);
  expect(account.tier.tier).toBe('team');
  clock.now -= 29 * hour;
  await sleep(0);
  await account.accessToken();
  expect(account.tier.tier).toBe('free');
});

test('a key that was revoked ends the tier at once', async () => {
  const { open, pass, state } = world();
  const account = open();
  await pass(minute);
  state.answer = { kind: 'refused', reason: 'revoked' };
  await pass(15 * minute);
  expect(account.tier).toMatchObject({ tier: 'free', from: 'default' });
  expect(await account.accessToken()).toBeUndefined();
});

test('what another km has renewed is taken, and not renewed again', async () => {
  const { open, pass, state, keep } = world();
  keep();
  const account = open();
  await pass(13 * minute);
  keep();
  await pass(13 * minute);
  expect(state.renewals).toBe(0);
  expect(account.tier).toMatchObject({ from: 'token' });
});

test('a token that the server refused is renewed, and given once it is another', async () => {
  const { open, keep, state } = world();
  keep();
  const account = open();
  const first = await account.accessToken();
  expect(first).toBeInstanceOf(Secret);
  const second = await account.accessToken(first);
  expect(second?.reveal()).not.toBe(first?.reveal());
  expect(state.renewals).toBe(1);
});

test('a token that the control plane did not sign gives no tier', async () => {
  const { open, keep, pass } = world({ genuine: false, localOnly: true });
  keep();
  const account = open();
  await pass(minute);
  expect(account.tier).toMatchObject({ tier: 'free', from: 'default' });
});

test('what may send nothing renews nothing, and knows the tier all the same', async () => {
  const { open, keep, pass, state } = world({ localOnly: true });
  keep();
  const account = open();
  await pass(hour);
  expect(account.tier).toMatchObject({ tier: 'team', from: 'last-known' });
  expect(state.renewals).toBe(0);
});
