/** A text in a cipher that models read at sight, deciphered. */
export interface Deciphered {
  readonly text: string;
  /** Ends the sentence "It is written …". */
  readonly how: string;
  /** Where a stretch of it stands in the plain text. */
  place(start: number, end: number): readonly [start: number, end: number];
}

/** Words that are in most orders to a model. Long, so that hardly a shifted one is a word of any language. */
const telling = [
  'ignore',
  'instruction',
  'previous',
  'disregard',
  'system prompt',
  'password',
  'reveal',
  'following',
  'response',
  'answer',
  'message',
];

/** Where a cipher is the usual one, shorter words are enough. */
const short = ['your ', ' the ', ' and ', ' tool'];
const usualShifts: readonly number[] = [3, 13];

const shifts = Array.from({ length: 25 }, (_, index) => index + 1);
const wordsByShift = shifts.map((by) =>
  (usualShifts.includes(by) ? [...telling, ...short] : telling).map((word) => shift(word, by)),
);
const backwards = [...telling, ...short].map((word) => reversed(word));

/** One of these is in each text that `decipher` reads. */
export const cipherKeywords: readonly string[] = [
  ...new Set([...wordsByShift.flat(), ...backwards].filter((word) => !/\w \w/.test(word))),
  '0100100',
  '0110100',
  '0101001',
  '0110010', // The first bits of letters, in binary.
  '.. --.',
  '--. -.',
  '-. ---',
  '.-. .', // Morse.
];

/** The readings of a plain text: letters shifted in the alphabet, written backwards, in binary or in Morse code. */
export function decipher(plain: string): readonly Deciphered[] {
  const readings: Deciphered[] = [];
  for (const [index, words] of wordsByShift.entries()) {
    if (!words.some((word) => plain.includes(word))) continue;
    const by = index + 1;
    const how = `in a cipher that shifts letters by ${by}`;
    readings.push({ text: shift(plain, 26 - by), how, place: (start, end) => [start, end] });
  }
  if (backwards.some((word) => plain.includes(word))) {
    const place: Deciphered['place'] = (start, end) => [plain.length - end, plain.length - start];
    readings.push({ text: reversed(plain), how: 'backwards', place });
  }
  return [
    ...readings,
    ...stretches(plain, binary, fromBinary, 'in binary'),
    ...stretches(plain, morse, fromMorse, 'in Morse code'),
  ];
}

function stretches(plain: string, pattern: RegExp, read: (stretch: string) => string, how: string): Deciphered[] {
  const found = [...plain.matchAll(pattern)].slice(0, stretchesMax);
  return found.map(({ 0: stretch, index }) => {
    return { text: read(stretch), how, place: () => [index, index + stretch.length] };
  });
}

const stretchesMax = 20;

function shift(text: string, by: number): string {
  return text.replace(/[a-z]/g, (letter) => String.fromCharCode(97 + ((letter.charCodeAt(0) - 97 + by) % 26)));
}

function reversed(text: string): string {
  return [...text].reverse().join('');
}

const binary = /(?<![01])(?:[01]{7,8}[ ,]?){6,}(?![01])/g;

function fromBinary(stretch: string): string {
  const digits = stretch.match(/[01]{7,8}/g) ?? [];
  return digits
    .map((bits) => String.fromCharCode(Number.parseInt(bits, 2)))
    .join('')
    .toLowerCase();
}

const morse = /(?<![.\-/])(?:[.-]{1,5}[ /]{1,3}){10,}[.-]{1,5}/g;

function fromMorse(stretch: string): string {
  const words = stretch.split(/ ?\/ ?| {2,}/);
  return words
    .map((word) =>
      word
        .split(' ')
        .map((sign) => letterOf.get(sign) ?? '')
        .join(''),
    )
    .join(' ');
}

const letterOf = new Map(
  '.- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --..'
    .split(' ')
    .map((sign, index) => [sign, String.fromCharCode(97 + index)]),
);
