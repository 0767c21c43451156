const plainWord = /^[\w@%+=:,./~-]+$/;

/** A command as one would type it into a shell. */
export function typed(words: readonly string[]): string {
  return words.map((word) => (plainWord.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');
}
