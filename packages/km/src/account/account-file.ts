import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../make-folder.ts';

/** That somebody signed in, where, and where the key is. Not the key. */
export interface AccountFile {
  /** Of the control plane that the key was made for. */
  readonly origin: string;
  readonly store: 'keyring' | 'file';
  readonly credential: string;
  /** The beginning of the key. */
  readonly hint: string;
  /** Keys in the `.env` of folders that may be used there, by the file's path: what `km init --env-file` allowed. */
  readonly trusted: Readonly<Record<string, string>>;
}

/** Names of what is kept in the account's folder. */
export function accountFiles(dataFolder: string) {
  const folder = path.join(dataFolder, 'account');
  return {
    folder,
    account: path.join(folder, 'account.json'),
    keys: path.join(folder, 'jwks.json'),
    lock: path.join(folder, 'renew.lock'),
    /** Only where its owner agreed. */
    secrets: path.join(folder, 'secrets.json'),
    /** Left when the user would not unlock the keyring, so as not to ask again at once. */
    refused: path.join(folder, 'keyring.refused'),
  };
}

/** Undefined when nobody has signed in. */
export async function readAccount(file: string): Promise<AccountFile | undefined> {
  const { origin, store, credential, hint } = await readAll(file);
  if (typeof origin !== 'string' || (store !== 'keyring' && store !== 'file')) return undefined;
  if (typeof credential !== 'string' || typeof hint !== 'string') return undefined;
  return { origin, store, credential, hint, trusted: await readTrusted(file) };
}

/** Which keys of `.env` files may be used, whether somebody has signed in or not. */
export async function readTrusted(file: string): Promise<AccountFile['trusted']> {
  const { trusted } = await readAll(file);
  return typeof trusted === 'object' && trusted !== null ? (trusted as AccountFile['trusted']) : {};
}

async function readAll(file: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {}; // None, or one that was cut: `km init` writes it anew.
  }
}

/** Replaces the file as a whole. */
export async function writeAccount(file: string, account: Partial<AccountFile>): Promise<void> {
  await makeFolder(path.dirname(file));
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, `${JSON.stringify({ v: 1, ...account })}\n`, { mode: 0o600 });
  await rename(temporary, file);
}

/** Forgets who signed in; what may be used of folders stays. */
export async function removeAccount(file: string): Promise<void> {
  const trusted = await readTrusted(file);
  if (Object.keys(trusted).length > 0) await writeAccount(file, { trusted });
  else await rm(file, { force: true });
}
