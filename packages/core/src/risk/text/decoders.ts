import { isInvisible } from './invisible.ts';
import { runsOf } from './runs.ts';

/** A text after decoding, and where each of its pieces stood. */
export interface Decoded {
  readonly text: string;
  readonly pieces: readonly Piece[];
}

interface Piece {
  /** Where it begins in the decoded text. */
  readonly at: number;
  /** First and last character of it in the text as it came. */
  readonly start: number;
  readonly end: number;
  readonly encoded: boolean;
}

interface Decoder {
  /** Ends the sentence "It was …". */
  readonly how: string;
  /** Nobody reads it as it is written, but a model. */
  readonly hides?: true;
  /** What a text has where there may be something to decode. */
  readonly sign: number;
  decode(text: string, look: Look): readonly Decoded[];
}

/** What a text shows of itself in one look. */
export const signs = { word: 1, hex: 2, percent: 4, ampersand: 8, backslash: 16, beyondAscii: 32 };

export interface Look {
  readonly signs: number;
  /** Where each word begins and ends that is as long as one in base64. */
  readonly words: readonly Stretch[];
  /** Where hexadecimal digits may stand, with what parts them. */
  readonly digits: readonly Stretch[];
}

interface Stretch {
  readonly start: number;
  readonly end: number;
}

const wordCharsMin = 20;
const hexCharsMin = 24;

/** The signs that are in a text: a search for each encoding would cost more than all the rest. */
export function lookAt(text: string): Look {
  const words = longOf(text, signs.word, wordCharsMin);
  const digits = longOf(text, signs.hex, hexCharsMin);
  let found = words.length > 0 ? signs.word : 0;
  if (digits.length > 0) found |= signs.hex;
  if (text.includes('%')) found |= signs.percent;
  if (text.includes('&')) found |= signs.ampersand;
  if (text.includes('\\')) found |= signs.backslash;
  if (beyondAscii.test(text)) found |= signs.beyondAscii;
  return { signs: found, words, digits };
}

function longOf(text: string, kind: number, charsMin: number): readonly Stretch[] {
  const runs = runsOf(text, kinds, kind, charsMin);
  return runs.flatMap((start, index) => (index % 2 === 0 ? [{ start, end: runs[index + 1] as number }] : []));
}

const beyondAscii = /[^\0-\x7f]/;

const kinds = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  return (/[A-Za-z0-9+/_-]/.test(character) ? signs.word : 0) | (/[0-9A-Fa-fx\\ :,]/.test(character) ? signs.hex : 0);
});

/** Every encoding that is undone. All are linear: each pattern is one class of characters, repeated. */
export const decoders: readonly Decoder[] = [
  { how: 'written in base64', hides: true, sign: signs.word, decode: wordsOfBase64 },
  { how: 'written in hexadecimal', hides: true, sign: signs.hex, decode: stretchesOfHex },
  { how: 'percent-encoded', sign: signs.percent, decode: fromPercentRuns },
  {
    how: 'written in HTML entities',
    sign: signs.ampersand,
    decode: (text) => replaced(text, entity, fromEntity, entityAhead),
  },
  {
    how: 'written in escapes',
    sign: signs.backslash,
    decode: (text) => replaced(text, escaped, fromEscape, escapedAhead),
  },
  {
    how: 'written in invisible tag characters',
    hides: true,
    sign: signs.beyondAscii,
    decode: (text) => (text.includes(tagsAhead) ? stretches(text, tags, fromTags) : []),
  },
  {
    how: 'hidden in variation selectors',
    hides: true,
    sign: signs.beyondAscii,
    decode: (text) => (selectorsAhead.test(text) ? stretches(text, selectors, fromSelectors) : []),
  },
  { how: 'written with accents', sign: signs.beyondAscii, decode: nearAccents },
];

/** Each stretch that decodes to something readable, as a text by itself. */
function stretches(text: string, pattern: RegExp, decode: (stretch: string) => string | undefined): Decoded[] {
  const found: Decoded[] = [];
  for (const { 0: stretch, index } of text.matchAll(pattern)) {
    const decoded = decode(stretch);
    if (decoded === undefined) continue;
    found.push(wholly(decoded, index, index + stretch.length));
  }
  return found;
}

/** A text of which all was decoded. */
function wholly(text: string, start: number, end: number): Decoded {
  return { text, pieces: [{ at: 0, start, end: end - 1, encoded: true }] };
}

/** The whole text with each match replaced; nothing when there is none, or nothing of `ahead`. */
function replaced(text: string, pattern: RegExp, decode: (match: string) => string, ahead = pattern): Decoded[] {
  if (text.search(ahead) === -1) return [];
  const pieces: Piece[] = [];
  let out = '';
  let copied = 0;
  const add = (piece: string, start: number, end: number, encoded: boolean) => {
    if (piece === '') return;
    pieces.push({ at: out.length, start, end: end - 1, encoded });
    out += piece;
  };
  for (const { 0: match, index } of text.matchAll(pattern)) {
    add(text.slice(copied, index), copied, index, false);
    copied = index + match.length;
    add(decode(match), index, copied, true);
  }
  add(text.slice(copied), copied, text.length, false);
  return [{ text: out, pieces }];
}

/** In base64, text has letters of both cases, and its first byte is no control. */
function wordsOfBase64(text: string, { words }: Look): readonly Decoded[] {
  return words.flatMap(({ start, end }) => {
    if (!beginsText.test(text.charAt(start))) return [];
    const decoded = fromBase64(text.slice(start, end));
    const padding = /^={0,2}/.exec(text.slice(end, end + 2))?.[0].length ?? 0;
    return decoded === undefined ? [] : [wholly(decoded, start, end + padding)];
  });
}

const beginsText = /[A-DI-Za-fw-z0-9]/;
const bothCases = /[a-z][^A-Z]*[A-Z]|[A-Z][^a-z]*[a-z]/;

function fromBase64(stretch: string): string | undefined {
  if (!bothCases.test(stretch.slice(0, 24))) return undefined;
  const digits = stretch.replaceAll('-', '+').replaceAll('_', '/');
  // Most stretches are identifiers, paths and pictures: their first bytes tell.
  if (!mayBeText(bytesOf(digits.slice(0, 24)))) return undefined;
  return textIn(bytesOf(digits));
}

/** @param digits Without padding. A last digit that is no whole byte is left out. */
function bytesOf(digits: string): Uint8Array {
  const whole = digits.length % 4 === 1 ? digits.slice(0, -1) : digits;
  return Uint8Array.from(atob(whole), (character) => character.charCodeAt(0));
}

function mayBeText(bytes: Uint8Array): boolean {
  // PowerShell's commands are UTF-16: every other byte is 0.
  return bytes.every(
    (byte, at) => byte >= 0x20 || byte === 9 || byte === 10 || byte === 13 || (byte === 0 && at % 2 === 1),
  );
}

const utf8 = new TextDecoder('utf-8', { fatal: true });
const utf16 = new TextDecoder('utf-16le');

/** Undefined for bytes that are no text. */
function textIn(bytes: Uint8Array): string | undefined {
  if (bytes.length < 8) return undefined;
  const text = bytes[1] === 0 ? utf16.decode(bytes) : decodeUtf8(bytes);
  // Random bytes are valid now and then; words are mostly letters and blanks.
  if (text === undefined || /[^\P{Cc}\t\n\r]/u.test(text)) return undefined;
  const letters = text.match(/[\p{L}\p{N} \n]/gu)?.length ?? 0;
  return letters >= text.length * 0.6 ? text : undefined;
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined; // Not UTF-8: whatever it is, nobody will read it as text.
  }
}

const hex = /(?:0x|\\x)?(?:[0-9A-Fa-f]{2}(?:\\x| ?0x|[ :,])?){12,}/g;

function stretchesOfHex(text: string, { digits }: Look): readonly Decoded[] {
  return digits.flatMap(({ start, end }) =>
    stretches(text.slice(start, end), hex, fromHex).map((decoded) => movedBy(start, decoded)),
  );
}

function fromHex(stretch: string): string | undefined {
  const digits = stretch.replace(/0x|\\x|[ :,]/g, '');
  if (digits.length % 2 === 1) return undefined;
  const bytes = new Uint8Array(digits.length / 2);
  for (let at = 0; at < bytes.length; at++) bytes[at] = Number.parseInt(digits.slice(at * 2, at * 2 + 2), 16);
  return textIn(bytes);
}

const percent = /(?:%[0-9A-Fa-f]{2})+/g;

/** A run without blanks, such as an address: read by itself, for addresses with escapes are ordinary in long texts. */
const percentRun = /(?<![^\s"'<>])[^\s"'<>%]*%[0-9A-Fa-f]{2}[^\s"'<>]*/g;

function fromPercentRuns(text: string): readonly Decoded[] {
  return text.search(percent) === -1 ? [] : stretches(text, percentRun, fromPercentRun);
}

function fromPercentRun(run: string): string {
  return run.replace(percent, fromPercent);
}

function fromPercent(match: string): string {
  try {
    return decodeURIComponent(match);
  } catch {
    return match; // Overlong or cut: left as it is written.
  }
}

/** A control or invisible character in an encoding does nothing: it is shown as it is written. */
function isRead(code: number): boolean {
  return code >= 0x20 && (code < 0x7f || code > 0x9f) && !isInvisible(code);
}

const entity = /&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|lt|gt|amp|quot|apos|nbsp);/g;
/** Quotes and ampersands are written so in every page. */
const entityAhead = /&#(?:x[2-7]|[3-9][0-9];|1[0-2][0-9];)|&lt;[a-z!/]/i;
const namedEntities: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
  '&quot;': '"',
  '&apos;': "'",
  '&nbsp;': ' ',
};

function fromEntity(match: string): string {
  const named = namedEntities[match];
  if (named !== undefined) return named;
  const isHex = match[2] === 'x' || match[2] === 'X';
  const code = isHex ? Number.parseInt(match.slice(3, -1), 16) : Number.parseInt(match.slice(2, -1), 10);
  return code <= 0x10ffff && isRead(code) ? String.fromCodePoint(code) : match;
}

const escaped = /\\(?:u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|[nrt"/\\])/g;
/** A letter that needs no escape; line ends and letters beyond ASCII are written so in all JSON. */
const escapedAhead = /\\(?:u00|x)[2-7][0-9A-Fa-f]/;
const shortEscapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

function fromEscape(match: string): string {
  const kind = match[1] as string;
  const code = match.length > 2 ? Number.parseInt(match.slice(2), 16) : 0;
  if (code > 0) return isRead(code) ? String.fromCharCode(code) : match;
  return shortEscapes[kind] ?? kind;
}

/** The first half of each of them. */
const tagsAhead = '\udb40';
const tags = /(?:\u{e0001}?[\u{e0020}-\u{e007e}]){4,}/gu;

function fromTags(stretch: string): string {
  const codes = [...stretch].map((tag) => (tag.codePointAt(0) as number) - 0xe0000);
  return String.fromCharCode(...codes.filter((code) => code >= 0x20).slice(0, 10_000));
}

const selectorsAhead = /[\ufe00-\ufe0f\udb40]/;
const selectors = /[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]{4,}/gu;

function fromSelectors(stretch: string): string | undefined {
  const codes = [...stretch].map((selector) => selector.codePointAt(0) as number);
  return decodeUtf8(Uint8Array.from(codes, (code) => (code < 0x10000 ? code - 0xfe00 : code - 0xe0100 + 16)));
}

const accents = /[\u00c0-\u024f\u1e00-\u1eff]+/g;

/** What is around them: a name or two with an accent are no reason to read all of a long text again. */
function nearAccents(text: string): readonly Decoded[] {
  const stretches: { from: number; to: number }[] = [];
  accents.lastIndex = 0;
  for (let match = accents.exec(text); match !== null; match = accents.exec(text)) {
    const to = Math.min(text.length, accents.lastIndex + nearChars);
    const last = stretches.at(-1);
    if (last !== undefined && match.index - nearChars <= last.to) last.to = to;
    else stretches.push({ from: Math.max(0, match.index - nearChars), to });
  }
  return stretches.flatMap(({ from, to }) =>
    replaced(text.slice(from, to), accents, withoutAccents).map((decoded) => movedBy(from, decoded)),
  );
}

/** An order is shorter than this. */
const nearChars = 400;

function movedBy(from: number, { text, pieces }: Decoded): Decoded {
  return { text, pieces: pieces.map((piece) => ({ ...piece, start: from + piece.start, end: from + piece.end })) };
}

function withoutAccents(match: string): string {
  return match.normalize('NFD').replace(/[\u0300-\u036f]/g, '');
}
