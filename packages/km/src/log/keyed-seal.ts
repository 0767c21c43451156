import { createHmac } from 'node:crypto';

/** Seals records with a key that whoever may write the log file need not have. */
export interface KeyedSeal {
  /** Tells one key from another, and nothing about it. */
  readonly name: string;
  /** @param before What stands before the value of `seal` in its line. @param after What stands behind it. */
  of(before: string | Uint8Array, after: string | Uint8Array): string;
}

/** How the seal of a record looks to whoever has, or lacks, a key. */
export type SealState = 'fits' | 'does-not-fit' | 'other-key';

export function createKeyedSeal(key: Uint8Array): KeyedSeal {
  const name = createHmac('sha256', key).update('km log seal: name').digest('hex').slice(0, 16);
  return {
    name,
    of: (before, after) => `${name}.${createHmac('sha256', key).update(before).update(after).digest('hex')}`,
  };
}

/** @param around The line of the record before and behind the value; undefined when it is not as km writes it. */
export function checkSeal(
  value: string,
  around: readonly [Uint8Array, Uint8Array] | undefined,
  seal: KeyedSeal | undefined,
): SealState {
  if (!/^[0-9a-f]{16}\.[0-9a-f]{64}$/.test(value) || around === undefined) return 'does-not-fit';
  if (seal === undefined || !value.startsWith(`${seal.name}.`)) return 'other-key';
  return seal.of(...around) === value ? 'fits' : 'does-not-fit';
}
