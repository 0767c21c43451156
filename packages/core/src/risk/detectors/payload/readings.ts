import { leavesOf } from '../../walk.ts';

const valuesMax = 24;
const roundsMax = 2;

/** What a program may make of a value: as it came, the values within it, and each of them with its encodings undone. */
export function readingsOf(text: string): readonly string[] {
  const parts = [text, ...valuesIn(text).filter((value) => value.length > 1)].slice(0, valuesMax);
  return [...new Set(parts.flatMap((part) => [part, decoded(part)]))];
}

function valuesIn(text: string): string[] {
  if (/^\s*[{[]/.test(text)) return jsonStrings(text);
  if (/^\s*<\?xml/.test(text))
    return [...text.matchAll(/=\s?(?:"([^"]{1,4000})"|'([^']{1,4000})')|>([^<>]{2,4000})</g)].flatMap((match) =>
      match.slice(1).filter((value) => value !== undefined),
    );
  if (!/^[^\s'"<>]{0,200}=/.test(text)) return [];
  return text
    .slice(text.indexOf('?') + 1)
    .split('&')
    .map((pair) => pair.slice(pair.indexOf('=') + 1));
}

function jsonStrings(text: string): string[] {
  try {
    const root = { value: JSON.parse(text) as unknown, pointer: '', key: '' };
    return [...leavesOf(root, { allNames: true })].slice(0, valuesMax).map((leaf) => leaf.text);
  } catch {
    return []; // Something else that begins with a bracket.
  }
}

function decoded(text: string): string {
  let now = text;
  for (let round = 0; round < roundsMax; round += 1) {
    const next = unescaped(now);
    if (next === now) break;
    now = next;
  }
  return fromBase64(now)
    .replaceAll(/[\u2018\u2019\u02bc\uff07]/g, "'")
    .replaceAll(/[\u201c\u201d\uff02]/g, '"')
    .replaceAll('\0', '');
}

const named: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
  colon: ':',
  newline: '',
  tab: '',
  lpar: '(',
  rpar: ')',
  sol: '/',
  bsol: '\\',
  nbsp: ' ',
  semi: ';',
  lbrace: '{',
  rbrace: '}',
  grave: '`',
  dollar: '$',
};

function unescaped(text: string): string {
  // A form writes blanks as plus signs; so does nobody who writes a sum.
  const spaced =
    /\+/.test(text) && !/\s/.test(text) && /%[0-9a-f]{2}|\+[^+]{1,60}\+/i.test(text) ? text.replaceAll('+', ' ') : text;
  return spaced
    .replaceAll(/(?:%[0-9a-f]{2})+/gi, percent)
    .replaceAll(/%u00([0-9a-f]{2})/gi, character)
    .replaceAll(/&#x([0-9a-f]{1,4});?/gi, character)
    .replaceAll(/&#(\d{1,5});?/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replaceAll(/&([a-z]{2,8});/gi, (whole: string, name: string) => named[name.toLowerCase()] ?? whole)
    .replaceAll(/\\u\{?(?:00)?([0-9a-f]{2})\}?|\\x([0-9a-f]{2})/gi, (_, one?: string, other?: string) =>
      character('', one ?? other ?? '20'),
    );
}

function character(_: string, hex: string): string {
  return String.fromCharCode(Number.parseInt(hex, 16));
}

function percent(run: string): string {
  try {
    return decodeURIComponent(run);
  } catch {
    return run.replaceAll(/%([0-9a-f]{2})/gi, character); // No UTF-8: each byte by itself.
  }
}

function fromBase64(text: string): string {
  if (!/^[A-Za-z0-9+/]{16,4000}={0,2}$/.test(text) || !/[a-z]/.test(text) || !/[A-Z]/.test(text)) return text;
  try {
    const plain = atob(text);
    return /^[\t\n\r\x20-\x7e]+$/.test(plain) ? plain : text;
  } catch {
    return text; // Letters and digits only, but no base64.
  }
}
