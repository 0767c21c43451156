import { isSecretName } from '../../secret-formats.ts';

/** Shorter values are found by accident, and are tried out too easily. */
const valueCharsMin = 12;
const valueCharsMax = 4_096;

/**
 * Every run of characters that could be a key, a password or a token, and its parts: what stands between the marks of an
 * address or an assignment is a value of its own.
 */
export function runsIn(text: string): ReadonlySet<string> {
  const values = new Set<string>();
  // Within a string that holds JSON, a line's end is written as two characters.
  const plain = text.includes('\\') ? text.replace(/\\[nrt]/g, ' ') : text;
  for (const [run] of plain.matchAll(/[^\s"'`<>(){}[\],;|\\]{12,}/g)) {
    add(values, run);
    for (const part of run.split(/[=:@?&#]/)) {
      add(values, part);
      if (part.includes('/')) for (const piece of part.split('/')) add(values, piece);
    }
  }
  return values;
}

function add(values: Set<string>, run: string): void {
  const value = withoutEnd(run, '.!?:=');
  if (value.length >= valueCharsMin && value.length <= valueCharsMax) values.add(value);
}

/** The values in a text from a secret source that are worth remembering: those that look random, or are named as secrets. */
export function secretsIn(text: string): readonly string[] {
  const named = [...text.matchAll(/([\w-]{2,64})["']?[ \t]*[=:][ \t]*["']?([^\s"'\\]{12,512})/g)];
  const values = named.filter(([, name = '']) => isSecretName(name)).map(([, , value = '']) => value);
  return [...new Set([...values, ...[...runsIn(text)].filter(looksRandom)])];
}

/** Letters and digits mixed, as hardly a word, a date, an address or a path is. */
function looksRandom(value: string): boolean {
  if (/^(?:https?:\/\/[^@]*|[^@\s]+@[\w.-]+|[\d:.TZ+-]+|\.{0,2}\/.*|v?\d+(?:\.\d+)+.*)$/i.test(value)) return false;
  if (!/[a-z]/i.test(value)) return false;
  const isMixed = /\d/.test(value) || (value.length >= 40 && /[a-z]/.test(value) && /[A-Z]/.test(value));
  return isMixed && new Set(value).size >= 8;
}

/** Addresses, accounts and the like: what an instruction hidden in a page would name as the place to send something to. */
const targets: readonly RegExp[] = [
  /https?:\/\/[^\s"'`<>()[\]{}\\]{4,512}/gi,
  /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{2,63}){1,4}/g,
  /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b/g,
  /\b0x[0-9a-f]{40}\b/gi,
  /\b(?:bc1[a-z0-9]{25,59}|[13][1-9A-HJ-NP-Za-km-z]{25,34})\b/g,
  /(?<![\w.])\+?\d(?:[ -]?\d){11,18}(?![\w.])/g,
];
/** Enough for an address to be one and no other. */
const targetCharsMin = 8;

/** Addresses, mail addresses and account numbers in a text, each in one spelling. */
export function targetsIn(text: string): ReadonlySet<string> {
  const values = new Set<string>();
  for (const pattern of targets) {
    for (const [found] of text.matchAll(pattern)) {
      const value = withoutEnd(found, '.,;:!?').toLowerCase();
      const plain = value.includes('@') || value.includes('/') ? value : value.replace(/[ -]/g, '');
      if (plain.length >= targetCharsMin) values.add(plain);
      if (plain.startsWith('http')) values.add(plain.replace(/[?#].*$/, '').replace(/\/$/, ''));
    }
  }
  return values;
}

/** By hand: a pattern that is tied to the end tries every beginning, and a text of nothing but dots takes for ever. */
function withoutEnd(text: string, chars: string): string {
  let end = text.length;
  while (end > 0 && chars.includes(text[end - 1] as string)) end--;
  return text.slice(0, end);
}
