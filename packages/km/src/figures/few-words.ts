const charsMax = 100;

/**
 * Keeps the values of a label few: a client may call any tool, and each name would be a series for ever.
 *
 * The first `max` different words stay as they are, cut to 100 characters; all others become `_other`.
 */
export function fewWords(max: number): (word: string) => string {
  const known = new Set<string>();
  return (word) => {
    // Halves of a surrogate pair would become the same character once written, and two series the same.
    const cut = Buffer.from(word.slice(0, charsMax)).toString();
    if (known.has(cut)) return cut;
    if (known.size >= max) return '_other';
    known.add(cut);
    return cut;
  };
}
