/** What is in a text that personal data is made of. */
export const personalSigns = { at: 1, number: 2, code: 4, longWord: 8 } as const;

const numberDigitsMin = 6;
const codeCharsMin = 10;
const longWordCharsMin = 25;

/**
 * One look that says which kinds of personal data there can be: most texts have none.
 *
 * `at` is an at sign; `number` six digits with no more than blanks, dots, colons or dashes between them; `code` a word of ten
 * letters and digits or more, with a digit in it; `longWord` one of 25.
 */
export function personalSignsIn(text: string): number {
  let signs = 0;
  let word = 0;
  let number = 0;
  let digitsInWord = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const kind = code < 128 ? (kinds[code] as number) : 0;
    signs |= kind & personalSigns.at;
    word = longer(word, kind & (letter | digit));
    digitsInWord = word === 0 ? 0 : digitsInWord | (kind & digit);
    number = counted(number, kind);
    if (number >= numberDigitsMin) signs |= personalSigns.number;
    if (word < codeCharsMin) continue;
    if (digitsInWord !== 0) signs |= personalSigns.code;
    if (word >= longWordCharsMin) signs |= personalSigns.longWord;
  }
  return signs;
}

/** The length of a run of characters, one later. */
const longer = (run: number, goesOn: number): number => (goesOn === 0 ? 0 : run + 1);

/** The digits of a number that is written in groups, one character later. */
function counted(digits: number, kind: number): number {
  if ((kind & digit) !== 0) return digits + 1;
  return (kind & joint) === 0 ? 0 : digits;
}

const letter = 16;
const digit = 32;
const joint = 64;

const kinds = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/[A-Za-z]/.test(character)) return letter;
  if (/[0-9]/.test(character)) return digit;
  if (character === '@') return personalSigns.at;
  return /[ .:-]/.test(character) ? joint : 0;
});
