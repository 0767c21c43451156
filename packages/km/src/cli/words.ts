import { KmError } from '@kilometers/core/errors.ts';

interface Words {
  0: readonly [];
  1: readonly [string];
  2: readonly [string, string];
}

/** @throws KmError `usage.bad-value` when there are more or fewer words than the command takes. */
export function wordsFor<T extends keyof Words>(form: string, words: readonly string[], count: T): Words[T] {
  if (words.length === count) return words as unknown as Words[T]; // The length was just compared.
  const message = `\`${form}\` takes ${count === 0 ? 'no' : count} ${count === 1 ? 'word' : 'words'}, not ${words.length}.`;
  throw new KmError('usage.bad-value', message, { fix: `Write \`${form}\`.` });
}
