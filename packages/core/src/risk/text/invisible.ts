/** Stretches of code points that are not seen: first and last of each. */
const stretches: readonly (readonly [number, number])[] = [
  [0xad, 0xad], // Soft hyphen
  [0x34f, 0x34f], // Combining grapheme joiner
  [0x61c, 0x61c], // Arabic letter mark
  [0x115f, 0x1160], // Hangul fillers
  [0x17b4, 0x17b5],
  [0x180b, 0x180f], // Mongolian variation selectors
  [0x200b, 0x200f], // Zero width space, joiners, direction marks
  [0x202a, 0x202e], // Bidi embeddings and overrides
  [0x2060, 0x206f], // Word joiner, invisible operators, bidi isolates
  [0x3164, 0x3164],
  [0xfe00, 0xfe0f], // Variation selectors
  [0xfeff, 0xfeff], // Byte order mark
  [0xffa0, 0xffa0],
  [0xfff9, 0xfffb], // Interlinear annotation
  [0x1d173, 0x1d17a],
  [0xe0000, 0xe0fff], // Tags, and more variation selectors
];

export function isInvisible(codePoint: number): boolean {
  if (codePoint < 0xad) return false;
  return stretches.some(([first, last]) => codePoint >= first && codePoint <= last);
}
