import { createHash } from 'node:crypto';
import type { SignedPolicy } from '@kilometers/core/api/policies.ts';

/** What is known of whom a policy has to be for, before its signature is read. */
export interface Expected {
  /** Organisation of whoever is signed in. */
  readonly org: string;
  /** The highest serial that was seen of it; 0 where none was. */
  readonly serial: number;
}

export type ReadPolicy =
  | { readonly kind: 'good'; readonly serial: number }
  | { readonly kind: 'refused'; readonly reason: string };

/** Whether what was signed is about this text and this organisation, and not older than what was seen. The signature itself is looked at elsewhere. */
export function readSignedPolicy(
  { version, policy, jws }: Pick<SignedPolicy, 'version' | 'policy' | 'jws'>,
  { org, serial: seen }: Expected,
): ReadPolicy {
  const signed = payloadOf(jws);
  const sha256 = createHash('sha256').update(policy).digest('hex');
  if (signed.sha256 !== sha256 || signed.version !== version) return refused('its text is not the one that was signed');
  if (signed.org !== org) return refused('it was signed for another organisation');
  const { serial } = signed;
  if (typeof serial !== 'number' || !Number.isSafeInteger(serial))
    return refused('its place among the others is missing');
  if (serial < seen) return refused('it is older than the one that this machine has seen');
  return { kind: 'good', serial };
}

function refused(reason: string): ReadPolicy {
  return { kind: 'refused', reason };
}

function payloadOf(jws: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {}; // It is no JWS, whatever it is.
  }
}
