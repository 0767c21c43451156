import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Secret } from '../config/secret.ts';
import { makeFolder } from '../make-folder.ts';
import { type Jwk, verifyToken } from './verify-token.ts';

/** The keys that tokens of a control plane are signed with, as they were fetched last: good without a network. */
export async function readKeys(file: string, origin: string): Promise<readonly Jwk[]> {
  try {
    const kept = JSON.parse(await readFile(file, 'utf8')) as { origin?: unknown; keys?: unknown };
    return kept.origin === origin && Array.isArray(kept.keys) ? (kept.keys as Jwk[]) : [];
  } catch {
    return []; // They are fetched anew.
  }
}

interface Verification {
  readonly file: string;
  readonly origin: string;
  /** Fetches the keys; undefined where nothing is to be asked. */
  readonly fetch: (() => Promise<readonly Jwk[]>) | undefined;
}

/** Whether a token was signed by the control plane; the keys are fetched when those that are kept do not tell. */
export async function isGenuine(jwt: Secret, { file, origin, fetch }: Verification): Promise<boolean> {
  const known = verifyToken(jwt.reveal(), await readKeys(file, origin));
  if (known !== 'unknown-key' || fetch === undefined) return known === 'good';
  const keys = await fetch();
  await writeKeys(file, origin, keys);
  return verifyToken(jwt.reveal(), keys) === 'good';
}

async function writeKeys(file: string, origin: string, keys: readonly Jwk[]): Promise<void> {
  await makeFolder(path.dirname(file));
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, `${JSON.stringify({ origin, keys })}\n`, { mode: 0o600 });
  await rename(temporary, file);
}
