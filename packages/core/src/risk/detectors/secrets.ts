import { secretFormats } from '../../secret-formats.ts';
import type { Detector, Found } from '../detector.ts';
import type { Passage, Surface } from '../passage.ts';
import { createKeywords, type Keywords } from '../text/keywords.ts';
import type { Prepared } from '../text/prepare.ts';
import { assignedSecrets, vendors } from './assigned-secrets.ts';
import { tokenFormats } from './secret-tokens.ts';
import { sureness } from './sureness.ts';

/** What opens a door: keys, tokens, passwords, connection strings. In results it mostly tells where secrets come from. */
export const secrets: Detector = {
  name: 'secrets',
  surfaces: ['tool_description', 'tool_args', 'tool_result', 'user_prompt', 'shell', 'url', 'secret_text'],
  keywords: [
    ...new Set([
      ...secretFormats.flatMap(({ hints }) => hints.map((hint) => hint.toLowerCase())),
      ...tokenFormats.map(({ keyword }) => keyword).filter((keyword) => keyword.length > 1),
      ...[
        'key',
        'token',
        'secret',
        'passw',
        'pwd',
        'passphrase',
        'credential',
        'curl',
        'service_account',
        'putty-user',
      ],
      ...['bearer', 'authorization', 'facebook'],
      ...vendors,
    ]),
  ],
  detect(prepared, passage) {
    const found: Found[] = [];
    // The first to know a stretch names it: the surest come first.
    for (const match of [...knownTokens(prepared), ...assignedSecrets(prepared.text)]) {
      if (found.some((other) => match.start < other.end && match.end > other.start)) continue;
      found.push(findingOf(match, passage));
    }
    return found;
  },
};

interface Match {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** From 0 to 1. */
  readonly sureness: number;
}

function knownTokens({ text, plain }: Prepared): Match[] {
  const formats = [...formatsIn(plain), ...marks];
  return formats.flatMap(({ name, pattern }) =>
    [...text.matchAll(pattern)].flatMap(({ 0: match, index, groups }) => {
      const start = index + (groups?.before?.length ?? 0);
      const end = index + match.length;
      const sure = sureness(text.slice(start, end), name);
      return sure === 0 ? [] : [{ name, start, end, sureness: sure }];
    }),
  );
}

/** One pass for the words of all formats: looked for one by one they take longer than all other detectors together. */
function formatsIn(plain: string): readonly Format[] {
  words ??= createKeywords(formats.map(({ hints }) => hints));
  const found: number[] = [];
  words.find(plain, (index) => found.push(index));
  return found.sort((a, b) => a - b).flatMap((index) => formats[index] ?? []);
}

let words: Keywords | undefined;

interface Format {
  readonly name: string;
  readonly hints: readonly string[];
  readonly pattern: RegExp;
}

const tokens = tokenFormats.map(({ name, keyword, body }) => ({
  name,
  hints: [keyword],
  pattern: new RegExp(`(?<![A-Za-z0-9_~.+/-])(?:${body})(?![A-Za-z0-9_~+/-])`, 'g'),
}));

const formats: readonly Format[] = [
  ...secretFormats.map(({ name, hints, pattern }) => ({
    name,
    hints: hints.map((hint) => hint.toLowerCase()),
    pattern,
  })),
  ...tokens,
];

// A file whose `private_key` holds no key is a template.
const marks: readonly { readonly name: string; readonly pattern: RegExp }[] = [
  {
    name: 'gcp-service-account',
    pattern:
      /"type"\s{0,4}:\s{0,4}"service_account"(?![^}]{0,2000}"private_key"\s{0,4}:\s{0,4}"(?!-----BEGIN[^"]{100}))/g,
  },
  { name: 'private-key', pattern: /PuTTY-User-Key-File-[0-9]:/g },
];

/** Weight of what is certain. */
const weights: Partial<Record<Surface, number>> = {
  secret_text: 0.92,
  tool_args: 0.6,
  shell: 0.5,
  url: 0.6,
  tool_description: 0.5,
  user_prompt: 0.4,
  tool_result: 0.3,
};
const privateKeyMore = 0.2;
const expectedFactor = 0.6;

function findingOf({ name, start, end, sureness: sure }: Match, { surface, text }: Passage): Found {
  const base = weights[surface] ?? 0.3;
  const most = name === 'private-key' ? Math.min(0.95, base + privateKeyMore) : base;
  const expected =
    surface === 'tool_args' && name === 'password' && isExpected(text.slice(Math.max(0, start - 12), start));
  const weight = sure * most * (expected ? expectedFactor : 1);
  const reason = `It looks like a secret: ${name.replaceAll('-', ' ')}.`;
  return { rule: `secrets.${name}`, owasp: 'MCP01:2025', weight, reason, start, end };
}

/** A login takes a password, as a named argument of a call. */
function isExpected(before: string): boolean {
  return /(?:^|[(,\s])password ?= ?['"]$/.test(before);
}
