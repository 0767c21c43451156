import { KmError } from '@kilometers/core/errors.ts';
import { mayHaveKeyring } from './short-process.ts';
import { fileVault, keyringVault, type Vault } from './vault.ts';

export interface VaultPlace {
  /** Of the file, where there is no keyring. */
  readonly file: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
}

/** A keyring that hangs gives up after 2 s itself; one that asks the user for a password gets a minute. */
const deadlineMs = 60_000;

/**
 * Opens the keyring, or the file, with the lasting secrets. Only for processes that end soon: the keyring's library stays.
 *
 * @throws KmError `account.keyring` where there is none.
 */
export async function openVault(kind: Vault['kind'], { file, env, platform }: VaultPlace): Promise<Vault> {
  if (kind === 'file') return fileVault(file);
  if (!mayHaveKeyring(env, platform))
    throw new KmError('account.keyring', 'There is no session bus, and so no keyring.');
  const { systemKeyring } = await import('./keyring.ts');
  return inTime(keyringVault(await systemKeyring()));
}

function inTime(vault: Vault): Vault {
  return {
    kind: vault.kind,
    get: (secret, origin) => withDeadline(vault.get(secret, origin)),
    set: (secret, origin, value) => withDeadline(vault.set(secret, origin, value)),
    remove: (secret, origin) => withDeadline(vault.remove(secret, origin)),
  };
}

/** A call into the keyring cannot be taken back: whoever waited goes on without it. */
async function withDeadline<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new KmError('account.keyring', 'The keyring does not answer.')), deadlineMs);
  });
  try {
    return await Promise.race([work, late]);
  } catch (cause) {
    if (cause instanceof KmError) throw cause;
    throw new KmError('account.keyring', 'The keyring refused.', { cause });
  } finally {
    clearTimeout(timer);
  }
}
