import { isCommonWord, separateWords } from '../words/vocabulary.ts';

/** A text whose words were written so that no search finds them, with its words as they are read. */
export interface Respelled {
  readonly text: string;
  /** Ends the sentence "It is written with …". */
  readonly how: string;
  /** The stretch of the plain text that was written so. */
  readonly start: number;
  readonly end: number;
}

/** The readings of a plain text whose letters stand apart or are written as digits. None for most texts. */
export function respell(plain: string): readonly Respelled[] {
  const seen = lookOver(plain);
  const readings: Respelled[] = [];
  let text = plain;
  if (seen.apart) {
    const joined = joinLetters(plain);
    if (joined !== undefined) {
      readings.push(joined);
      text = joined.text;
    }
  }
  if (seen.digits || seen.apart) {
    const folded = foldDigits(text);
    if (folded !== undefined) readings.push(folded);
  }
  return readings;
}

const lettersApartMin = 10;
const digitsInWordsMin = 2;

/** Are there many single letters in a row, or digits within words? */
function lookOver(plain: string): { readonly apart: boolean; readonly digits: boolean } {
  return { apart: hasLettersApart(plain), digits: hasDigitsInWords(plain) };
}

/** In such a row no two characters beside each other are both letters: two in sixteen that are say that none is there. */
function hasLettersApart(plain: string): boolean {
  const last = plain.length - 1;
  for (let probe = 0; probe < last; probe += rowCharsMin) {
    if (!isGap(plain, probe) && !isGap(plain, probe + 1)) continue;
    let start = probe;
    while (start > 0 && (isGap(plain, start) || isGap(plain, start - 1))) start--;
    let end = probe;
    while (end < last && (isGap(plain, end) || isGap(plain, end + 1))) end++;
    if (lettersBetween(plain, start, end) >= lettersApartMin - 2) return true;
    probe = end;
  }
  return false;
}

function lettersBetween(plain: string, start: number, end: number): number {
  let count = 0;
  for (let at = start + 1; at < end; at++) count += Number(!isGap(plain, at));
  return count;
}

/** Eight letters and the gaps around them, less one. */
const rowCharsMin = 2 * (lettersApartMin - 2);

function isGap(plain: string, at: number): boolean {
  const code = plain.charCodeAt(at);
  return code < 128 && gaps[code] === 1;
}

const gaps = Uint8Array.from({ length: 128 }, (_, code) => Number(/[\s.\-_*/]/.test(String.fromCharCode(code))));

function hasDigitsInWords(plain: string): boolean {
  let found = 0;
  digitInWord.lastIndex = 0;
  for (let match = digitInWord.exec(plain); match !== null; match = digitInWord.exec(plain)) {
    if (match.index > 0 && digit.test(plain.charAt(match.index - 1))) continue;
    found++;
    if (found === digitsInWordsMin) return true;
  }
  return false;
}

const digit = /[0134578@$!|]/;
const digitInWord = /[0134578@$!|][a-z]/g;

/** Single characters with blanks between them. */
const apartByBlanks = /(?<!\S)\S(?:\s{1,4}\S(?!\S)){9,}/g;
/** Single letters with dots, dashes and the like between them. */
const apartBySigns = /(?<![a-z0-9])[a-z0-9@$!|](?:[ .\-_*/]{1,3}[a-z0-9@$!|](?![a-z0-9])){9,}/g;

function joinLetters(plain: string): Respelled | undefined {
  let start = -1;
  let end = 0;
  const join = (stretch: string, ...rest: unknown[]) => {
    const joined = joinStretch(stretch);
    if (joined === stretch) return stretch;
    const at = rest.find((one) => typeof one === 'number') as number; // `replace` gives the place after the groups.
    if (start === -1) start = at;
    end = at + stretch.length;
    return joined;
  };
  const text = plain.replace(apartByBlanks, join).replace(apartBySigns, join);
  return start === -1 ? undefined : { text, how: 'its letters apart', start, end: Math.min(end, plain.length) };
}

function joinStretch(stretch: string): string {
  const gaps = [...stretch.matchAll(/(?<=[^\s.\-_*/])[\s.\-_*/]+(?=[^\s.\-_*/])/g)].map(([gap]) => gap);
  const within = commonest(gaps);
  if (within === undefined || !isMostlyLetters(stretch)) return stretch;
  const words = stretch.split(/(?<=[^\s.\-_*/])([\s.\-_*/]+)(?=[^\s.\-_*/])/);
  const joined = words.map((part, index) => (index % 2 === 0 ? part : joint(part, within))).join('');
  // Where no wider gap shows where words end, the words themselves have to.
  return joined.replace(/[a-z]{13,}/g, separateWords);
}

/** Else it is a table, a list of numbers or a drawing. */
const isMostlyLetters = (stretch: string) =>
  (stretch.match(/[\p{L}\p{N}]/gu)?.length ?? 0) * 2 > stretch.replace(/[\s.\-_*/]/g, '').length;

/** What stands between two words stays one blank; what is written there, such as a dot or a dash, is kept. */
function joint(gap: string, within: string): string {
  if (gap === within) return '';
  const signs = gap.replace(/\s/g, '');
  return within.trim() === '' && signs !== '' ? signs : ' ';
}

function commonest(gaps: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const gap of gaps) counts.set(gap, (counts.get(gap) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}

const mixed = /[a-z0-9@$!|]{2,24}/g;
const wordCharsMax = 24;
const aDigit = /[0134578@$!|]/g;
const commonWordsMin = 2;

function foldDigits(text: string): Respelled | undefined {
  if (!mayHoldCommonWords(text)) return undefined;
  let known = 0;
  let start = -1;
  let end = 0;
  const folded = text.replace(mixed, (word, at: number) => {
    if (!/[a-z]/.test(word) || !/[0134578@$!|]/.test(word)) return word;
    const read = lettersFor(word);
    if (read.length >= 3 && isCommonWord(read)) {
      known++;
      if (start === -1) start = at;
      end = at + word.length;
    }
    return read;
  });
  return known >= commonWordsMin ? { text: folded, how: 'digits for letters', start, end } : undefined;
}

/** Looks at the words around digits only: to replace all words costs more than all other looks at a text. */
function mayHoldCommonWords(text: string): boolean {
  let known = 0;
  aDigit.lastIndex = 0;
  for (let match = aDigit.exec(text); match !== null; match = aDigit.exec(text)) {
    let start = match.index;
    while (start > 0 && isInWord(text, start - 1)) start--;
    let end = match.index + 1;
    while (end < text.length && isInWord(text, end)) end++;
    aDigit.lastIndex = end;
    const isCut = end - start > wordCharsMax; // Then it is read in parts, of which any may be a word.
    if (isCut || isCommonInDigits(text.slice(start, end))) known++;
    if (isCut || known === commonWordsMin) return true;
  }
  return false;
}

function isCommonInDigits(word: string): boolean {
  if (!/[a-z]/.test(word)) return false;
  const read = lettersFor(word);
  return read.length >= 3 && isCommonWord(read);
}

function isInWord(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code < 128 && inWord[code] === 1;
}

const inWord = Uint8Array.from({ length: 128 }, (_, code) => Number(/[a-z0-9@$!|]/.test(String.fromCharCode(code))));

const letters: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '@': 'a',
  $: 's',
  '!': 'i',
  '|': 'l',
};

function lettersFor(word: string): string {
  const read = word.replace(/[!|]+$/, '').replace(/[0134578@$!|]/g, (sign) => letters[sign] as string);
  if (isCommonWord(read) || !word.includes('1')) return read;
  const other = word.replaceAll('1', 'l').replace(/[034578@$!|]/g, (sign) => letters[sign] as string);
  return isCommonWord(other) ? other : read;
}
