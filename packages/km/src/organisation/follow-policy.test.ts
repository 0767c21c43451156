import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { verifyToken } from '../account/verify-token.ts';
import { type Fetched, followPolicy, knownPolicy } from './follow-policy.ts';
import type { Jwk } from './kept-policy.ts';

const origin = 'https://km.test';
const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A control plane's key, and what it signs. */
function signer(kid: string) {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const jwk: Jwk = { ...publicKey.export({ format: 'jwk' }), kid };
  const signed = (
    text: string,
    serial: number,
    org = 'acme',
    version = serial,
  ): Extract<Fetched, { kind: 'policy' }> => {
    const sha256 = createHash('sha256').update(text).digest('hex');
    const content = `${base64({ alg: 'EdDSA', kid })}.${base64({ org, version, serial, sha256, iat: 0 })}`;
    const jws = `${content}.${sign(null, Buffer.from(content), privateKey).toString('base64url')}`;
    return { kind: 'policy', signed: { version, policy: text, jws }, etag: `"${serial}"` };
  };
  return { jwk, signed };
}

const real = signer('real');
const forger = signer('real');

let dataFolder: string;
let now: number;
let held: string[];
let said: string[];
beforeEach(() => {
  dataFolder = mkdtempSync(path.join(tmpdir(), 'km-organisation-'));
  now = Date.now();
  held = [];
  said = [];
});

const source = () => ({ dataFolder, origin, verify: verifyToken });

/** A km that asks, and is answered with each of these in turn; an error is a network that fails. */
async function run(answers: readonly (Fetched | Error)[], { org = 'acme', holds = 0 } = {}): Promise<string[]> {
  const asked: string[] = [];
  let next = () => {};
  const looked: (() => void)[] = [];
  const following = followPolicy({
    ...source(),
    org: async () => org,
    fetch: async (etag) => {
      const answer = answers[asked.length] as Fetched | Error; // There are as many as turns.
      asked.push(etag ?? 'all');
      if (answer instanceof Error) throw answer;
      return answer;
    },
    fetchKeys: async () => [real.jwk],
    holds,
    apply: async (text) => void held.push(text),
    everyMs: 30_000,
    now: () => now,
    after: (_, then) => {
      next = then;
      looked.shift()?.();
      return () => {};
    },
    note: (text) => said.push(text),
    warn: (text) => said.push(text),
  });
  for (const answer of answers) {
    await new Promise<void>((resolve) => looked.push(resolve));
    if (answer === answers.at(-1)) break;
    now += 60_000;
    next();
  }
  following.close();
  return asked;
}

test('a new policy holds as soon as it is seen, and an unchanged one is not sent again', async () => {
  const asked = await run([real.signed('one', 1), { kind: 'unchanged' }, real.signed('two', 2)]);
  expect(held).toEqual(['one', 'two']);
  expect(asked).toEqual(['all', '"1"', '"1"']);
  expect(said[0]).toMatch(/^Version 1 of your organisation's policy holds/);
});

test('without a network the policy that was kept holds', async () => {
  await run([real.signed('one', 1)]);
  expect(knownPolicy(source(), 'acme')?.policy).toBe('one');
  held = [];
  await run([new Error('no network')]);
  expect(held).toEqual(['one']);
});

test.each([
  ['signed by somebody else', forger.signed('loose', 9), /not signed by the control plane/],
  ['signed by a key nobody knows', signer('unknown').signed('loose', 9), /not signed by the control plane/],
  ['of another organisation', real.signed('loose', 9, 'other'), /for another organisation/],
  ['that was in force before', real.signed('loose', 4), /older than the one that this machine has seen/],
])('a policy %s is refused, said, and the one before holds on', async (_, bad, why) => {
  await run([real.signed('strict', 5), bad]);
  expect(held).toEqual(['strict']);
  expect(said.at(-1)).toMatch(why);
  expect(knownPolicy(source(), 'acme')?.policy).toBe('strict');
});

test('a text that is not the signed one is refused', async () => {
  const { signed, etag } = real.signed('strict', 5);
  await run([{ kind: 'policy', signed: { ...signed, policy: 'loose' }, etag }]);
  expect([held, said[0]]).toEqual([[], expect.stringMatching(/text is not the one that was signed/)]);
});

test('an earlier version that was put in force again holds', async () => {
  await run([real.signed('second', 5, 'acme', 2), real.signed('first', 6, 'acme', 1)]);
  expect(held).toEqual(['second', 'first']);
});

test('nobody gets rid of a policy by saying that there is none', async () => {
  await run([real.signed('strict', 5), { kind: 'none' }]);
  expect(knownPolicy(source(), 'acme')?.policy).toBe('strict');
});

test('who signs in for another organisation has its policy and not the one before', async () => {
  await run([real.signed('strict', 5)]);
  expect(knownPolicy(source(), 'other')).toBeUndefined();
});

test('a file that was changed by hand is not used', async () => {
  await run([real.signed('strict', 5)]);
  const [name = ''] = readdirSync(path.join(dataFolder, 'organisation'));
  const file = path.join(dataFolder, 'organisation', name);
  writeFileSync(file, readFileSync(file, 'utf8').replace('strict', 'loose!'));
  expect(knownPolicy(source(), 'acme')).toBeUndefined();
});

test('of several km of a machine one asks, and the others take what it was told', async () => {
  await run([real.signed('strict', 5)]);
  held = [];
  now = Date.now();
  expect([await run([new Error('never asked')]), held]).toEqual([[], ['strict']]);
});
