import type { SignedPolicy } from '@kilometers/core/api/policies.ts';
import type { After } from '../after.ts';
import {
  checkedAt,
  type Jwk,
  type KeptPolicy,
  markChecked,
  policyFileOf,
  readKeptPolicy,
  writeKeptPolicy,
} from './kept-policy.ts';
import { readSignedPolicy } from './signed-policy.ts';

/** What the control plane says when it is asked. `none`: it knows of no policy. */
export type Fetched =
  | { readonly kind: 'policy'; readonly signed: SignedPolicy; readonly etag: string | undefined }
  | { readonly kind: 'unchanged' | 'none' };

/** `unknown-key`: signed by a key that is not among them. */
export type Verify = (jws: string, keys: readonly Jwk[]) => 'good' | 'bad' | 'unknown-key';

export interface PolicySource {
  readonly dataFolder: string;
  /** Of the control plane. */
  readonly origin: string;
  readonly verify: Verify;
}

export interface FollowParts extends PolicySource {
  /** Organisation of whoever is signed in; undefined while nobody is. */
  readonly org: () => Promise<string | undefined>;
  /** Asks for the policy, unless it is still the one of this tag. */
  readonly fetch: (etag: string | undefined) => Promise<Fetched>;
  /** The keys of the control plane, asked for anew. */
  readonly fetchKeys: () => Promise<readonly Jwk[]>;
  /** Serial of the policy that holds already; 0 for none. */
  readonly holds: number;
  /** Has the rules hold from the next message on. */
  readonly apply: (text: string) => Promise<void>;
  readonly everyMs: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly after: After;
  readonly note: (text: string) => void;
  readonly warn: (text: string) => void;
}

/**
 * The policy that was kept for an organisation, if it is what the control plane signed: holds from the first message on,
 * with or without a network.
 */
export function knownPolicy({ dataFolder, origin, verify }: PolicySource, org: string): KeptPolicy | undefined {
  const kept = readKeptPolicy(policyFileOf(dataFolder, origin, org));
  if (kept === undefined || verify(kept.jws, [kept.key]) !== 'good') return undefined;
  return readSignedPolicy(kept, { org, serial: kept.serial }).kind === 'good' ? kept : undefined;
}

/** Looks for a new policy now and then, until it is closed. What cannot be verified, or is older, is told of and not used. */
export function followPolicy(parts: FollowParts): { close(): void } {
  let serial = parts.holds;
  let said = '';
  let closed = false;
  let stop = () => {};

  const take = async (kept: KeptPolicy): Promise<void> => {
    if (closed || kept.serial <= serial) return;
    await parts.apply(kept.policy).catch(({ message }: Error) => {
      throw new PolicyRefused(`${message} It is not used; what held before holds on.`);
    });
    serial = kept.serial;
    parts.note(`Version ${kept.version} of your organisation's policy holds from now on.`);
  };
  const look = async (): Promise<void> => {
    const org = await parts.org();
    if (org === undefined) return;
    const kept = knownPolicy(parts, org);
    if (kept) await take(kept); // Another km may have fetched it.
    const fresh = await ask(parts, org, kept);
    if (fresh) await take(fresh);
  };
  const turn = async (): Promise<void> => {
    try {
      await look();
      said = '';
    } catch (error) {
      const { message } = error as Error;
      const isNews = message !== said && error instanceof PolicyRefused;
      said = message;
      if (isNews) parts.warn(message);
    }
    if (!closed) stop = parts.after(parts.everyMs, () => void turn());
  };
  void turn();
  return {
    close() {
      closed = true;
      stop();
    },
  };
}

/** Asks the control plane, unless another km of this machine just has. @returns A policy that is new, and is kept by now. */
async function ask(parts: FollowParts, org: string, kept: KeptPolicy | undefined): Promise<KeptPolicy | undefined> {
  const file = policyFileOf(parts.dataFolder, parts.origin, org);
  if (kept && parts.now() - checkedAt(file) < parts.everyMs * 0.9) return undefined;
  const fetched = await parts.fetch(kept?.etag);
  if (fetched.kind === 'unchanged') await markChecked(file, parts.now());
  // What is not signed says nothing: nobody gets rid of a policy by answering that there is none.
  if (fetched.kind !== 'policy') return undefined;
  const fresh = await verified(parts, fetched, { org, seen: kept?.serial ?? 0 });
  await writeKeptPolicy(file, fresh);
  return fresh;
}

/** The control plane, or somebody in its place, sent what must not hold. */
class PolicyRefused extends Error {}

interface Seen {
  readonly org: string;
  /** Serial of what was seen before. */
  readonly seen: number;
}

async function verified(
  { verify, fetchKeys }: FollowParts,
  { signed, etag }: Extract<Fetched, { kind: 'policy' }>,
  { org, seen }: Seen,
): Promise<KeptPolicy> {
  const { version, policy, jws } = signed;
  const key = keyOf(jws, await fetchKeys());
  if (key === undefined || verify(jws, [key]) !== 'good') throw refused('it is not signed by the control plane');
  const read = readSignedPolicy(signed, { org, serial: seen });
  if (read.kind === 'refused') throw refused(read.reason);
  return { version, serial: read.serial, policy, jws, key, etag };
}

function refused(reason: string): PolicyRefused {
  return new PolicyRefused(
    `A policy of your organisation came that is not used: ${reason}. The one before it holds on.`,
  );
}

function keyOf(jws: string, keys: readonly Jwk[]): Jwk | undefined {
  try {
    const { kid } = JSON.parse(Buffer.from(jws.split('.')[0] ?? '', 'base64url').toString('utf8'));
    return keys.find((key) => key.kid === kid);
  } catch {
    return undefined; // It is no JWS.
  }
}
