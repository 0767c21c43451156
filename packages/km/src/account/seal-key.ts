import { randomBytes } from 'node:crypto';
import { rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../make-folder.ts';
import type { Keyring } from './keyring.ts';

/** Name of the key that seals the log, in the keyring. */
const sealKeyName = 'log-seal';
const keyBytes = 32;

/** From the moment a key was written to when it is read back. */
const settleMs = 300;
/** Who would not unlock the keyring is not asked again for so long. */
const refusedMs = 86_400_000;

const madeText = 'The key that seals the log is in the keyring. Without this file a new one may be made.\n';

export type SealKeyAnswer =
  | { readonly kind: 'key'; readonly key: Buffer }
  | { readonly kind: 'none'; readonly reason: string };

export interface Making {
  /** File that is there once a key was made; one with `.refused` behind it says when the user would not unlock. */
  readonly mark: string;
  readonly now: () => number;
  readonly pause: (ms: number) => Promise<unknown>;
}

/** The key that seals the log, as it is in the keyring now. */
export async function readSealKey(keyring: Keyring): Promise<SealKeyAnswer> {
  return answer(await keyring.get(sealKeyName));
}

/** A key from its text; undefined when it is none. */
export function keyFrom(text: string): Buffer | undefined {
  const key = Buffer.from(text, 'base64');
  return key.length === keyBytes ? key : undefined;
}

/**
 * The key that seals the log; makes one on first use. To be called by one process at a time.
 *
 * Some locked keyrings look like one without a key, and a key put there would take the place of the one that has
 * sealed all so far: so a mark is left when a key is made, and where it stands none is made again. Others ask the user
 * to unlock them: that is done once a day at most.
 */
export async function makeSealKey(keyring: Keyring, making: Making): Promise<SealKeyAnswer> {
  const refused = `${making.mark}.refused`;
  const age = making.now() - ((await timeOf(refused)) ?? 0);
  if (age < refusedMs) return none('The keyring is locked, and the user would not unlock it.');
  try {
    const found = await keyring.get(sealKeyName);
    if (found === undefined) return await make(keyring, making);
    await leave(making.mark, madeText);
    await rm(refused, { force: true });
    return answer(found);
  } catch (error) {
    if (isRefusal(error)) await leave(refused, '');
    throw error;
  }
}

async function make(keyring: Keyring, { mark, pause }: Making): Promise<SealKeyAnswer> {
  if ((await timeOf(mark)) !== undefined)
    return none(`The keyring is locked, or its key for the log was lost; then remove ${mark}, and a new one is made.`);
  await keyring.set(sealKeyName, randomBytes(keyBytes).toString('base64'));
  await leave(mark, madeText);
  // A km with another data folder may be making a key as well: all take the last one.
  await pause(settleMs);
  return readSealKey(keyring);
}

/** The library has no codes, only words; these are of the Secret Service and of macOS. */
function isRefusal(error: unknown): boolean {
  return /dismissed|cancel/i.test((error as Error).message);
}

async function timeOf(file: string): Promise<number | undefined> {
  return (await stat(file).catch(() => undefined))?.mtimeMs;
}

async function leave(file: string, text: string): Promise<void> {
  await makeFolder(path.dirname(file));
  await writeFile(file, text, { mode: 0o600 });
}

function answer(text: string | undefined): SealKeyAnswer {
  if (text === undefined) return none('The keyring is locked, or has no key for the log.');
  const key = keyFrom(text);
  return key ? { kind: 'key', key } : none('What the keyring has for the log is no key.');
}

function none(reason: string): SealKeyAnswer {
  return { kind: 'none', reason };
}
