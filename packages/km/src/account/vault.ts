import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Secret } from '../config/secret.ts';
import { makeFolder } from '../make-folder.ts';
import type { Keyring } from './keyring.ts';

/** What signs in for months. */
export type LastingSecret = 'api-key' | 'refresh-token';

/**
 * Where the lasting secrets are. Each belongs to the control plane it was made for, by its name: asked in the name of
 * another one, the vault has none.
 */
export interface Vault {
  readonly kind: 'keyring' | 'file';
  get(secret: LastingSecret, origin: string): Promise<Secret | undefined>;
  set(secret: LastingSecret, origin: string, value: Secret): Promise<void>;
  remove(secret: LastingSecret, origin: string): Promise<void>;
}

const nameOf = (secret: LastingSecret, origin: string) => `${secret} ${origin}`;

/** The keyring of the system. */
export function keyringVault(keyring: Keyring): Vault {
  return {
    kind: 'keyring',
    async get(secret, origin) {
      const value = await keyring.get(nameOf(secret, origin));
      return value === undefined ? undefined : new Secret(value);
    },
    set: (secret, origin, value) => keyring.set(nameOf(secret, origin), value.reveal()),
    remove: (secret, origin) => keyring.remove(nameOf(secret, origin)),
  };
}

/** A file that only its owner can read: for machines without a keyring, where its owner agreed. */
export function fileVault(file: string): Vault {
  return {
    kind: 'file',
    async get(secret, origin) {
      const value = (await read(file))[nameOf(secret, origin)];
      return value === undefined ? undefined : new Secret(value);
    },
    set: async (secret, origin, value) =>
      write(file, { ...(await read(file)), [nameOf(secret, origin)]: value.reveal() }),
    async remove(secret, origin) {
      const { [nameOf(secret, origin)]: _, ...rest } = await read(file);
      if (Object.keys(rest).length === 0) await rm(file, { force: true });
      else await write(file, rest);
    },
  };
}

async function read(file: string): Promise<Record<string, string>> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    const entries = Object.entries(value as object).filter(([, secret]) => typeof secret === 'string');
    return Object.fromEntries(entries) as Record<string, string>; // Only texts are left.
  } catch {
    return {}; // There is none yet, or it was cut: then the key has to be given again.
  }
}

async function write(file: string, secrets: Readonly<Record<string, string>>): Promise<void> {
  await makeFolder(path.dirname(file));
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, `${JSON.stringify(secrets)}\n`, { mode: 0o600 });
  await rename(temporary, file);
}
