import { redactJson } from './redact-json.ts';
import { createPrefilter } from './redact-prefilter.ts';
import { isSecretName, personalFormats, plainName, type SecretFormat, secretFormats } from './secret-formats.ts';

export interface Redaction {
  readonly text: string;
  /** How many secrets were replaced. */
  readonly count: number;
}

export interface RedactorOptions {
  /** Further names whose values are secret. Case, `_` and `-` make no difference. */
  readonly keys?: readonly string[];
  /** Further secrets, as regular expressions. */
  readonly patterns?: readonly string[];
  /** Also e-mail addresses, payment cards, IBANs, phone and US social security numbers. */
  readonly personal?: boolean;
}

/**
 * Takes secrets out of what is kept or shown. Never used on traffic.
 *
 * Each is replaced by a placeholder that says what it was, such as `[redacted:github-token]`.
 */
export interface Redactor {
  /** False when there is certainly nothing to redact: cheap, so that most messages pay no more than this. */
  may(text: string): boolean;
  /** The same for UTF-8. */
  mayBytes(bytes: Uint8Array): boolean;
  /** Redacts text of any kind: a decoded string, a line that is no JSON, JSON cut off. */
  text(text: string): Redaction;
  /** Redacts JSON source token by token. What is not redacted stays as it is, number spellings and blanks included. */
  json(text: string): Redaction;
}

/** @throws Error when a pattern is no regular expression, or one that may take for ever. */
export function createRedactor({ keys = [], patterns = [], personal = false }: RedactorOptions = {}): Redactor {
  const own = patterns.map(ownFormat);
  const formats = [...own, ...secretFormats, ...(personal ? personalFormats : [])];
  const ownKeys = new Set(keys.map(plainName));
  const isSecret = (name: string) => isSecretName(name) || (ownKeys.size > 0 && ownKeys.has(plainName(name)));
  const assignments = assignmentPatterns(keys);
  const prefilter = createPrefilter();
  const everything = own.length > 0 || keys.length > 0;

  function text(source: string): Redaction {
    const plain = redactText(source, formats, assignments, isSecret);
    if (plain.count > 0 || !escapedWord.test(source)) return plain;
    // JSON within a string, or cut off: letters may be written as escapes there.
    const decoded = redactText(source.replace(escapedWords, decodeEscape), formats, assignments, isSecret);
    return decoded.count > 0 ? decoded : plain;
  }

  const may = (source: string) => everything || (personal && /@|[0-9]{2}/.test(source)) || prefilter.text(source);
  return {
    may,
    mayBytes: (bytes) => everything || personal || prefilter.bytes(bytes),
    text,
    json: (source) => redactJson(source, { may, text, isSecret }),
  };
}

const escapedWord = /\\u00(?:2d|3\d|4[1-9a-f]|5[0-9af]|6[1-9a-f]|7[0-9a])/i;
const escapedWords = new RegExp(escapedWord.source, 'gi');
const decodeEscape = (written: string) => String.fromCharCode(Number.parseInt(written.slice(-2), 16));

function placeholder(name: string): string {
  return `[redacted:${name}]`;
}

function redactText(
  source: string,
  formats: readonly SecretFormat[],
  assignments: readonly RegExp[],
  isSecret: (name: string) => boolean,
): Redaction {
  let count = 0;
  let text = source;
  for (const { name, hints, pattern } of formats) {
    if (hints.length > 0 && !hints.some((hint) => text.includes(hint))) continue;
    text = text.replace(pattern, (match: string, ...rest: unknown[]) => {
      if (name === 'card' && !passesLuhn(match)) return match;
      count++;
      const groups = rest.at(-1) as { before?: string } | string;
      return `${typeof groups === 'object' ? (groups.before ?? '') : ''}${placeholder(name)}`;
    });
  }
  for (const assignment of assignments) {
    text = text.replace(assignment, (match: string, before: string, value: string, at: number, whole: string) => {
      const name = (/[\w-]{0,64}/.exec(before)?.[0] ?? '').toLowerCase();
      const start = /[\w-]{0,40}$/.exec(whole.slice(Math.max(0, at - 40), at))?.[0] ?? '';
      if (value.startsWith('[redacted:') || !isSecret(start + name)) return match;
      count++;
      return `${before}${placeholder(name)}`;
    });
  }
  return { text, count };
}

/**
 * `password=…`, `"api_key": "…"` and the like within text. Groups: what stays, and the value.
 *
 * The names here only say where to look; whether the whole word names a secret is asked of `isSecretName`. Unquoted after
 * a colon, the value must hold a digit, or prose such as "password: required" would be redacted.
 */
function assignmentPatterns(keys: readonly string[]): RegExp[] {
  const more = keys.map((key) => key.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const name = ['passw(?:or)?d', 'passphrase', 'secret', 'key', 'credentials?', 'cookie', 'token', ...more].join('|');
  return [
    // In quotes, which may be escaped ones, as in JSON within a string.
    `((?:${name})\\\\{0,3}["']?\\s{0,4}[:=]\\s{0,4}\\\\{0,3}["'])((?:[^"'\\\\\\n]|\\\\[^"'\\\\\\n])+)`,
    `((?:${name})=)([^\\s"'\\\\&;,<>{}()[\\]$][^\\s"'\\\\&;,<>{}()[\\]]{3,})`,
    `((?:${name}):\\s{1,4})(?=[^\\s"'\\\\,;0-9]*[0-9])([^\\s"'\\\\,;<>{}()[\\]]{6,})`,
  ].map((source) => new RegExp(source, 'gi'));
}

/** @throws Error when `source` is no regular expression, or repeats what is itself repeated, which may take for ever. */
function ownFormat(source: string): SecretFormat {
  if (/\([^()]*[+*}][^()]*\)[+*{]/.test(source)) {
    throw new Error(`The pattern ${source} repeats a group that repeats: it could take for ever.`);
  }
  return { name: 'custom', hints: [], pattern: new RegExp(source, 'gu') };
}

/** Payment cards end in a check digit. */
function passesLuhn(text: string): boolean {
  const digits = text.replace(/[^0-9]/g, '');
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]) * (index % 2 === 0 ? 1 : 2);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return sum % 10 === 0;
}
