import { type SecretFormat, secretFormats } from '../../secret-formats.ts';
import { createKeywords, type Keywords } from '../text/keywords.ts';
import { runsOf } from '../text/runs.ts';
import { tokenFormats } from './secret-tokens.ts';
import { sureness } from './sureness.ts';

/** A secret that is known by its form. */
export interface KnownToken {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** From 0 to 1. */
  readonly sureness: number;
}

interface Format extends Pick<SecretFormat, 'name' | 'hints' | 'pattern'> {
  /** The surest come first. */
  readonly rank: number;
}

/** Every secret of a known form; a stretch that has several forms comes once for each, the surest first. */
export function knownTokens(text: string): KnownToken[] {
  const found: (KnownToken & { readonly rank: number })[] = [];
  const add = (format: Format, within: string, from: number) => {
    for (const { 0: match, index, groups } of within.matchAll(format.pattern)) {
      const start = from + index + (groups?.before?.length ?? 0);
      const end = from + index + match.length;
      const sure = sureness(text.slice(start, end), format.name);
      if (sure > 0) found.push({ name: format.name, rank: format.rank, start, end, sureness: sure });
    }
  };
  for (const format of withBlanks) if (format.hints.some((hint) => text.includes(hint))) add(format, text, 0);
  inWords ??= createKeywords(withoutBlanks.map(({ hints }) => hints.map((hint) => hint.toLowerCase())));
  const words = inWords;
  forEachLongWord(text, (word, from) => {
    words.find(word.toLowerCase(), (index) => add(withoutBlanks[index] as Format, word, from));
  });
  return found.sort((a, b) => a.rank - b.rank || a.start - b.start);
}

/** Those that may hold white space, quotes or other characters that part words. */
const blankNames: ReadonlySet<string> = new Set(['private-key', 'url-password', 'authorization', 'bearer-token']);

const formats: readonly Format[] = [
  ...secretFormats,
  ...tokenFormats.map(({ name, keywords, body }) => ({
    name,
    hints: keywords,
    pattern: new RegExp(`(?<![A-Za-z0-9_~.+/-])(?:${body})(?![A-Za-z0-9_~+/-])`, 'g'),
  })),
  {
    name: 'gcp-service-account',
    hints: ['service_account'],
    // A file whose `private_key` holds no key is a template.
    pattern:
      /"type"\s{0,4}:\s{0,4}"service_account"(?![^}]{0,2000}"private_key"\s{0,4}:\s{0,4}"(?!-----BEGIN[^"]{100}))/g,
  },
  { name: 'private-key', hints: ['PuTTY-User-Key-File-'], pattern: /PuTTY-User-Key-File-[0-9]:/g },
].map((format, rank) => ({ ...format, rank }));

const mayHaveBlanks = ({ name }: Format) => blankNames.has(name) || name === 'gcp-service-account';
const withBlanks = formats.filter(mayHaveBlanks);
const withoutBlanks = formats.filter((format) => !mayHaveBlanks(format));
/** Made when first needed: not every run judges. */
let inWords: Keywords | undefined;

/** The shortest token there is, and the shortest of its parts, between dots and the like, that is made by chance. */
const wordCharsMin = 15;
const partCharsMin = 10;

const part = 1;
const joint = 2;

/** What each character is to a token: a part of it, a joint between its parts, or its end. */
const kinds = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/[A-Za-z0-9_-]/.test(character)) return part;
  return /[~.+/=:|%?&;]/.test(character) ? joint : 0;
});

/** Most words of a text are far too short for a token: to pass over them once costs less than to search for one format. */
function forEachLongWord(text: string, look: (word: string, start: number) => void): void {
  const runs = runsOf(text, kinds, part | joint, wordCharsMin);
  for (let index = 0; index < runs.length; index += 2) {
    const start = runs[index] as number;
    const word = text.slice(start, runs[index + 1]);
    if (runsOf(word, kinds, part, partCharsMin).length > 0) look(word, start);
  }
}
