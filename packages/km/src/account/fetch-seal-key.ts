import { keyFrom, type SealKeyAnswer } from './seal-key.ts';
import { mayHaveKeyring, outputOf } from './short-process.ts';

export interface KeyFetch {
  /** Program and arguments that print the key on stdout: this program, started anew. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** Nobody wants the key any more: what was started for it is ended. */
  readonly signal?: AbortSignal;
}

/**
 * Asks the keyring for the key that seals the log, in a process of its own: the library takes 4 MB for good, and a
 * keyring may hang. Never throws.
 */
export async function fetchSealKey(fetch: KeyFetch): Promise<SealKeyAnswer> {
  if (!mayHaveKeyring(fetch.env, fetch.platform))
    return { kind: 'none', reason: 'There is no session bus, and so no keyring.' };
  const { out, err } = await outputOf(fetch);
  const key = keyFrom(out);
  return key ? { kind: 'key', key } : { kind: 'none', reason: err.trim() || 'The keyring did not answer.' };
}
