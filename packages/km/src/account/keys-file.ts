import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Secret } from '../config/secret.ts';
import { makeFolder } from '../make-folder.ts';
import { type Jwk, type Verified, verifyToken } from './verify-token.ts';

/**
 * The keys that tokens of a control plane are signed with, as they were fetched last: good without a network. Undefined when
 * none were; an older server has none, and says so.
 */
async function readKeys(file: string, origin: string): Promise<readonly Jwk[] | undefined> {
  try {
    const kept = JSON.parse(await readFile(file, 'utf8')) as { origin?: unknown; keys?: unknown };
    return kept.origin === origin && Array.isArray(kept.keys) ? (kept.keys as Jwk[]) : undefined;
  } catch {
    return undefined; // They are fetched anew.
  }
}

interface Verification {
  readonly file: string;
  readonly origin: string;
  /** Fetches the keys; undefined where nothing is to be asked. */
  readonly fetch: (() => Promise<readonly Jwk[]>) | undefined;
}

/**
 * Whether a token was signed by the control plane; the keys are fetched when those that are kept do not tell. What an older
 * server gives, which signs with no key that it shows, is vouched for by the connection it came over.
 */
export async function isGenuine(jwt: Secret, { file, origin, fetch }: Verification): Promise<boolean> {
  const kept = await readKeys(file, origin);
  // One that had none may have some by now.
  const known = kept?.length === 0 && fetch ? 'unknown-key' : isSignedBy(jwt, kept);
  if (known !== 'unknown-key' || fetch === undefined) return known === 'good';
  const keys = await fetch();
  await writeKeys(file, origin, keys);
  return isSignedBy(jwt, keys) === 'good';
}

function isSignedBy(jwt: Secret, keys: readonly Jwk[] | undefined): Verified {
  if (keys === undefined) return 'unknown-key';
  return keys.length === 0 ? 'good' : verifyToken(jwt.reveal(), keys);
}

async function writeKeys(file: string, origin: string, keys: readonly Jwk[]): Promise<void> {
  await makeFolder(path.dirname(file));
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, `${JSON.stringify({ origin, keys })}\n`, { mode: 0o600 });
  await rename(temporary, file);
}
