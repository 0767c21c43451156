import { fetchSealKey } from '../account/fetch-seal-key.ts';
import { createKeyedSeal, type KeyedSeal } from '../log/keyed-seal.ts';
import type { Invocation } from './command.ts';
import { ownProgram } from './own-program.ts';

export interface SealFetch {
  readonly env: Invocation['env'];
  /** Makes a key where there is none. */
  readonly make: boolean;
  readonly signal?: AbortSignal;
  readonly onNone?: (reason: string) => void;
}

/** The seal of this user's keyring, asked for by a `km seal-key` of its own; undefined where there is none. Never throws. */
export async function fetchSeal({ env, make, signal, onNone }: SealFetch): Promise<KeyedSeal | undefined> {
  const command = [...ownProgram(), 'seal-key', ...(make ? ['--make'] : [])];
  const answer = await fetchSealKey({ command, env, platform: process.platform, ...(signal && { signal }) });
  if (answer.kind === 'key') return createKeyedSeal(answer.key);
  onNone?.(answer.reason);
  return undefined;
}
