import { runsOf } from '../text/runs.ts';

/** What is in a text that personal data is made of. */
export const personalSigns = { at: 1, number: 2, code: 4, longWord: 8 } as const;

const codeCharsMin = 10;
const longWordCharsMin = 25;

/**
 * One look that says which kinds of personal data there can be: most texts have none.
 *
 * `at` is an at sign; `number` six digits with no more than blanks, dots, colons or dashes between them; `code` a word of ten
 * letters and digits or more, with a digit in it; `longWord` one of 25.
 */
export function personalSignsIn(text: string): number {
  let signs = text.includes('@') ? personalSigns.at : 0;
  if (number.test(text)) signs |= personalSigns.number;
  const words = runsOf(text, kinds, letter, codeCharsMin);
  for (let index = 0; index < words.length; index += 2) {
    const start = words[index] as number;
    const end = words[index + 1] as number;
    if (end - start >= longWordCharsMin) signs |= personalSigns.longWord;
    if (digit.test(text.slice(start, end))) signs |= personalSigns.code;
  }
  return signs;
}

/** Six digits in groups. */
const number = /[0-9](?:[ .:-]*[0-9]){5}/;
const digit = /[0-9]/;

const letter = 1;
const kinds = Uint8Array.from({ length: 128 }, (_, code) =>
  /[A-Za-z0-9]/.test(String.fromCharCode(code)) ? letter : 0,
);
