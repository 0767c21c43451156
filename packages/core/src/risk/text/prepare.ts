import { isInvisible } from './invisible.ts';
import { isOtherScript, lookAlikes, withoutLookAlikes } from './look-alikes.ts';
import { placeAt } from './steps.ts';

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
  if (isAscii(text)) return { text, plain: text.toLowerCase(), offset: (index) => index };
  return fold(text);
}

function isAscii(text: string): boolean {
  return !/[^\0-\x7f]/.test(text);
}

function fold(text: string): Prepared {
  const source = withoutLookAlikes(text);
  let plain = '';
  let copied = 0;
  // Pairs of places in `plain` and in `text`: from each on, both run in step.
  const steps = [0, 0];
  for (let at = 0; at < source.length; at++) {
    const code = source.charCodeAt(at);
    // What stays as it is is copied with what is around it.
    if (code < 128 || (staysItself(code) && !isMark(source.charCodeAt(at + 1)))) continue;
    // A mark belongs to the letter before it, which is still to be copied when it is ASCII.
    const start = isMark(code) && at > copied ? at - 1 : at;
    const end = endOfLetter(source, start);
    plain += source.slice(copied, start).toLowerCase();
    const letter = foldLetter(source.slice(start, end));
    plain += letter;
    if (letter.length !== end - start) steps.push(plain.length, end);
    copied = end;
    at = end - 1;
  }
  plain += source.slice(copied).toLowerCase();
  return { text, plain, offset: (index) => Math.min(placeAt(steps, index), text.length) };
}

/** Accents and strokes over and through the letter before. */
function isMark(code: number): boolean {
  return code >= 0x300 && code <= 0x36f;
}

/** A code point and its marks; a pile of them is cut into stretches, so that each letter takes a bounded time. */
function endOfLetter(source: string, start: number): number {
  let end = start + ((source.codePointAt(start) as number) > 0xffff ? 2 : 1);
  while (end < source.length && end < start + 16 && isMark(source.charCodeAt(end))) end++;
  return end;
}

/** Of each letter of one unit: whether it is folded to itself; 0 where that is not known yet. */
const foldings = new Uint8Array(0x10000);
const same = 1;
const changed = 2;

function staysItself(code: number): boolean {
  const known = foldings[code];
  if (known !== 0) return known === same;
  const letter = String.fromCharCode(code);
  const stays = !isMark(code) && !isSurrogate(code) && foldAnew(letter) === letter;
  foldings[code] = stays ? same : changed;
  return stays;
}

const isSurrogate = (code: number) => code >= 0xd800 && code <= 0xdfff;

/** What becomes of a letter; kept, because a text uses few different ones. */
const folded = new Map<string, string>();
const foldedMax = 20_000;

function foldLetter(letter: string): string {
  const known = folded.get(letter);
  if (known !== undefined) return known;
  if (folded.size >= foldedMax) folded.clear();
  const result = foldAnew(letter);
  folded.set(letter, result);
  return result;
}

function foldAnew(letter: string): string {
  const code = letter.codePointAt(0) as number;
  if (isInvisible(code) || isMark(code)) return '';
  if (code >= 0x1f150 && code <= 0x1f189) return String.fromCharCode(0x61 + ((code - 0x1f150) % 32)); // Letters on black.
  const latin = isOtherScript(code) ? undefined : lookAlikes.get(code);
  if (latin !== undefined) return String.fromCharCode(latin);
  const plain = letter.normalize('NFKC').toLowerCase();
  // A stroke or an accent that no letter of a language has is there to hide the letter.
  return /^[a-z0-9]/.test(plain) ? plain.replace(/[\u0300-\u036f]/g, '') : plain;
}
