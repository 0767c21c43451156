import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Keyring } from './keyring.ts';

/** Name of the key that seals the log, in the keyring. */
export const sealKeyName = 'log-seal';
const keyBytes = 32;

/** From the moment a key was written to when it is read back. */
const settleMs = 300;
const waitMs = 2_000;
const lookMs = 100;
/** After an attempt that came to nothing it is not tried again for so long: it may have raised a dialog. */
const retryMs = 86_400_000;

const madeText = 'The key that seals the log is in the keyring. Without this file a new one may be made.\n';

export type SealKeyAnswer =
  | { readonly kind: 'key'; readonly key: Buffer }
  | { readonly kind: 'none'; readonly reason: string };

export interface Making {
  /** File that is there once a key was made, or is being made. */
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
 * The key that seals the log; makes one on first use.
 *
 * A locked keyring looks like one without a key, and a key put there would take the place of the one that has sealed
 * all so far. So a mark is left when a key is made, and where it stands none is made again. It also sees to it that
 * of several at once one makes the key, and the others wait for it.
 */
export async function makeSealKey(keyring: Keyring, making: Making): Promise<SealKeyAnswer> {
  const found = await keyring.get(sealKeyName);
  if (found === undefined) return (await leaveMark(making)) ? make(keyring, making) : waitForOther(keyring, making);
  // Made with another data folder. Where ours cannot be written, no key is ever made from here either.
  await create(making.mark, madeText).catch(() => {});
  return answer(found);
}

/** When it fails the mark stays as it is, empty. */
async function make(keyring: Keyring, { mark, pause }: Making): Promise<SealKeyAnswer> {
  await keyring.set(sealKeyName, randomBytes(keyBytes).toString('base64'));
  await writeFile(mark, madeText);
  // A km with another data folder does not see our mark, and may make a key as well: all take the last one.
  await pause(settleMs);
  return readSealKey(keyring);
}

async function waitForOther(keyring: Keyring, { mark, now, pause }: Making): Promise<SealKeyAnswer> {
  const until = (await stat(mark)).mtimeMs + waitMs;
  while (now() < until) {
    await pause(lookMs);
    const found = await readSealKey(keyring);
    if (found.kind === 'key') return found;
  }
  const lost = `The keyring is locked, or its key for the log was lost; then remove ${mark}, and a new one is made.`;
  return none((await readFile(mark, 'utf8')) === '' ? 'The keyring took no key for the log.' : lost);
}

async function leaveMark({ mark, now }: Making): Promise<boolean> {
  if (await create(mark, '')) return true;
  const { size, mtimeMs } = await stat(mark);
  if (size > 0 || now() - mtimeMs < retryMs) return false;
  await rm(mark, { force: true });
  return create(mark, '');
}

async function create(file: string, text: string): Promise<boolean> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  try {
    await writeFile(file, text, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function answer(text: string | undefined): SealKeyAnswer {
  if (text === undefined) return none('The keyring is locked, or has no key for the log.');
  const key = keyFrom(text);
  return key ? { kind: 'key', key } : none('What the keyring has for the log is no key.');
}

function none(reason: string): SealKeyAnswer {
  return { kind: 'none', reason };
}
