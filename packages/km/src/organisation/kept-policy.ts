import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { rename, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../make-folder.ts';

/** A public key, as a JWKS has it (RFC 7517). */
export type Jwk = Readonly<Record<string, unknown>> & { readonly kid: string };

/** The policy of an organisation as it was fetched last: good without a network, and shared by the km's of this machine. */
export interface KeptPolicy {
  readonly version: number;
  readonly serial: number;
  readonly policy: string;
  readonly jws: string;
  /** The key that it was verified by: it may be gone from the control plane before the policy is. */
  readonly key: Jwk;
  readonly etag: string | undefined;
}

/** Each organisation of each control plane has a file of its own, so that none can make what was seen of another forgotten. */
export function policyFileOf(dataFolder: string, origin: string, org: string): string {
  const name = createHash('sha256').update(`${origin} ${org}`).digest('hex').slice(0, 32);
  return path.join(dataFolder, 'organisation', `policy-${name}.json`);
}

/** Undefined when there is none, or none that this km understands. */
export function readKeptPolicy(file: string): KeptPolicy | undefined {
  try {
    const { v, ...kept } = JSON.parse(readFileSync(file, 'utf8'));
    const { version, serial, policy, jws, key } = kept;
    const isOne = v === 1 && typeof version === 'number' && typeof serial === 'number' && typeof policy === 'string';
    return isOne && typeof jws === 'string' && typeof key?.kid === 'string' ? (kept as KeptPolicy) : undefined;
  } catch {
    return undefined; // It is fetched anew.
  }
}

/** Replaces the file as a whole, for this user alone. */
export async function writeKeptPolicy(file: string, kept: KeptPolicy): Promise<void> {
  await makeFolder(path.dirname(file));
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, `${JSON.stringify({ v: 1, ...kept })}\n`, { mode: 0o600 });
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** When a km of this machine last heard from the control plane that the policy is the one in force; 0 for never. */
export function checkedAt(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Leaves word of that. @param now Milliseconds since the epoch. */
export async function markChecked(file: string, now: number): Promise<void> {
  await utimes(file, now / 1_000, now / 1_000).catch(() => {
    // Then the others ask for themselves.
  });
}
