import { isSecretName } from './secret-formats.ts';
import { createTextSearch } from './text-search.ts';

/** Tells in one pass over the bytes whether there may be a secret in them. */
export interface Prefilter {
  text(text: string): boolean;
  bytes(bytes: Uint8Array): boolean;
}

/** Looks closer at a place where four bytes fit. `at` is the first of them. */
type Check = (bytes: Uint8Array, at: number) => boolean;

const windowBytes = 4;

/** A shorter text is searched before the other search has begun. */
const shortBytes = 64;

/**
 * Searches for many short words at once.
 *
 * Every secret has four bytes in a row that give it away. Where there is WebAssembly, sixteen places are looked at at
 * once; elsewhere, and in short texts, one after the other.
 *
 * @param simd False leaves WebAssembly alone.
 */
export function createPrefilter(simd = true): Prefilter {
  /** Which pairs of characters a word begins with. */
  const beginnings = new Uint8Array(16_384);
  const checks = new Map<number, Check>();
  for (const [word, check] of giveaways.flat()) {
    for (const spelling of spellingsOf(word)) {
      const [first = 0, second = 0, third = 0, fourth = 0] = [...spelling].map((letter) => letter.charCodeAt(0));
      beginnings[pairOf(first, second)] = 1;
      checks.set((pairOf(first, second) << 14) | pairOf(third, fourth), check);
    }
  }
  const search = simd ? createTextSearch() : undefined;
  search?.useWords(giveaways.map((group) => group.flatMap(([word]) => spellingsOf(word))));

  // Bytes beyond ASCII share the places of others: at worst a place is looked at in vain.
  function confirms(source: Uint8Array, at: number): boolean {
    const first = pairOf(source[at] as number, source[at + 1] as number);
    const second = pairOf(source[at + 2] as number, source[at + 3] as number);
    return checks.get((first << 14) | second)?.(source, at) === true;
  }

  function eachPlace(source: Uint8Array): boolean {
    for (let at = 0; at <= source.length - windowBytes; at++) {
      const pair = pairOf(source[at] as number, source[at + 1] as number);
      if (beginnings[pair] === 1 && confirms(source, at)) return true;
    }
    return false;
  }

  function bytes(source: Uint8Array): boolean {
    if (search === undefined || source.length < shortBytes) return eachPlace(source);
    search.begin();
    let at = search.word(source, 0);
    while (at !== -1 && !confirms(source, at)) at = search.word(source, at + 1);
    return at !== -1;
  }

  return { bytes, text: textSearch(bytes) };
}

/** The same for text: encoded into a buffer that is used again. */
function textSearch(bytes: Prefilter['bytes']): Prefilter['text'] {
  const encoder = new TextEncoder();
  let scratch = new Uint8Array(1_024);
  return (text) => {
    if (text.length < windowBytes) return false;
    if (scratch.length < text.length * 3 + 1) scratch = new Uint8Array(text.length * 3 + 1);
    const { written } = encoder.encodeInto(text, scratch);
    const found = bytes(scratch.subarray(0, written));
    if (scratch.length > 65_536) scratch = new Uint8Array(1_024);
    return found;
  };
}

function pairOf(first: number, second: number): number {
  return ((first & 127) << 7) | (second & 127);
}

const always: Check = () => true;
/** Of words that also stand in others, such as `sk-` in `task-1`. */
const atWordStart: Check = (bytes, at) => at === 0 || !isWord(bytes[at - 1] as number);

/** In groups of words that are alike. */
const tokenStarts = [
  ['AKIA', 'ASIA', 'ABIA', 'ACCA', 'AIza', 'ATAT', 'GOCS', 'AGE-'],
  [
    ...['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'gsk_', 'glpa', 'gloa', 'gldt', 'glrt', 'glcb', 'glpt', 'glft', 'glim'],
    ...['glag', 'glso', 'glsa', 'glc_', 'sk_l', 'sk_t', 'rk_l', 'rk_t', 'km_l', 'km_t', 'lin_'],
  ],
  [
    ...['xoxa', 'xoxb', 'xoxe', 'xoxo', 'xoxp', 'xoxr', 'xoxs', 'xapp', 'dckr', 'hvs.', 'hvb.', 'npm_', 'ntn_', 'dapi'],
    ...['shpa', 'shpc', 'shpp', 'shps', 'ya29', 'whse', 'dop_', 'doo_', 'dor_', 'sig='],
  ],
];

/** Short starts are given away by themselves with any byte that may follow. */
const shortStarts = ['eyJ', 'hf_', 'sk-', 'SG.'];
const wordBytes = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-';

/** Where a name that may be a secret's ends. Spelt in every case. */
const nameEnds: readonly string[] = [
  'word',
  'sswd',
  'rase',
  'cret',
  '_key',
  '-key',
  ...['i', 'e', 's', 't', 'h', 'g', 'n', 'r'].map((letter) => `${letter}key`),
  'tial',
  'ials',
  'okie',
  'oken',
];

const others: readonly (readonly [string, Check])[] = [
  ['BEGI', (bytes, at) => bytes[at - 1] === 0x2d],
  ['ub_p', always],
  ['i-Ag', always],
  ['hook', (bytes, at) => sliceOf(bytes, at, at + 16) === 'hooks.slack.com/'],
  ['Key=', always],
  ['\\u00', escapesWord],
  ['arer', always],
  ['ARER', always],
  ['oriz', (bytes, at) => /^orization[^a-z]/i.test(sliceOf(bytes, at, at + 10))],
];

const urlStarts = [...'abcdefghijklmnopqrstuvwxyz0123456789'].flatMap((letter) =>
  ['://', ':\\/', ':\\\\'].map((rest) => letter + rest),
);

/** In groups of words that are alike, which the search wants. */
const giveaways: readonly (readonly (readonly [string, Check])[])[] = [
  ...tokenStarts.map((words) => words.map((word) => [word, startsToken] as const)),
  shortStarts.flatMap((word) => [...wordBytes].map((next) => [word + next, startsToken] as const)),
  others,
  urlStarts.map((word) => [word, holdsPassword] as const),
  nameEnds.filter((word) => word.endsWith('key')).map((word) => [word, endsSecretName] as const),
  nameEnds.filter((word) => !word.endsWith('key')).map((word) => [word, endsSecretName] as const),
];

/** A name is looked for in every case, a token as it is. */
function spellingsOf(word: string): string[] {
  if (word !== 'oriz' && !nameEnds.includes(word)) return [word];
  return [...word].reduce<string[]>(
    (spellings, letter) => [
      ...new Set(spellings.flatMap((spelling) => [spelling + letter, spelling + letter.toUpperCase()])),
    ],
    [''],
  );
}

/** A token is long, and begins where no other word is going on. */
function startsToken(bytes: Uint8Array, at: number): boolean {
  if (!atWordStart(bytes, at)) return false;
  let end = at;
  while (end < bytes.length && end < at + 12 && isToken(bytes[end] as number)) end++;
  return end === at + 12;
}

/** A letter, digit, `_` or `-` written as an escape: nobody needs that, except to hide. */
function escapesWord(bytes: Uint8Array, at: number): boolean {
  return /^(?:2d|3\d|4[1-9a-f]|5[0-9af]|6[1-9a-f]|7[0-9a])$/i.test(sliceOf(bytes, at + 4, at + 6));
}

/** A URL with something before an `@`. */
function holdsPassword(bytes: Uint8Array, at: number): boolean {
  let index = at + 2;
  while (bytes[index] === 0x2f || bytes[index] === 0x5c) index++;
  for (let colons = 0; index < bytes.length; index++) {
    const byte = bytes[index] as number;
    if (byte === 0x40) return colons > 0;
    if (byte === 0x3a) colons++;
    if (byte <= 0x20 || byte === 0x22 || byte === 0x27 || byte === 0x2f || byte === 0x5c) return false;
  }
  return false;
}

/** The word that ends here names a secret, and something is said about it: a quote, `=` or `:` follows. */
function endsSecretName(bytes: Uint8Array, at: number): boolean {
  const end = at + windowBytes;
  let next = end;
  while (bytes[next] === 0x20 && next < end + 4) next++;
  const mark = bytes[next];
  const says = mark === 0x3d || mark === 0x3a || (next === end && (mark === 0x22 || mark === 0x5c || mark === 0x27));
  if (!says || isProgressToken(bytes, at)) return false;
  let start = end;
  while (start > 0 && start > end - 64 && isWord(bytes[start - 1] as number)) start--;
  return isSecretName(sliceOf(bytes, start, end));
}

/** The one harmless name that half of all requests carry; told by its `r`, for "accessToken" ends alike. */
function isProgressToken(bytes: Uint8Array, at: number): boolean {
  return bytes[at - 5] === 0x72 && bytes[at - 4] === 0x65 && bytes[at - 2] === 0x73 && bytes[at - 1] === 0x54;
}

function isWord(byte: number): boolean {
  return (
    (byte >= 0x61 && byte <= 0x7a) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    (byte >= 0x30 && byte <= 0x39) ||
    byte === 0x5f ||
    byte === 0x2d
  );
}

function isToken(byte: number): boolean {
  return isWord(byte) || byte === 0x2e || byte === 0x3d || byte === 0x25 || byte === 0x2b || byte === 0x2f;
}

function sliceOf(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end && at < bytes.length; at++) text += String.fromCharCode(bytes[at] as number);
  return text;
}
