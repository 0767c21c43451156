import { secretFormats } from '../../secret-formats.ts';
import { type Detector, type Found, findingsOfDetectorMax } from '../detector.ts';
import type { Passage, Surface } from '../passage.ts';
import { assignedSecrets, vendors } from './assigned-secrets.ts';
import { knownTokens } from './known-tokens.ts';
import { everydayKeywords, everydayTokens, tokenFormats } from './secret-tokens.ts';

/** What opens a door: keys, tokens, passwords, connection strings. In results it mostly tells where secrets come from. */
export const secrets: Detector = {
  name: 'secrets',
  surfaces: ['tool_description', 'tool_args', 'tool_result', 'user_prompt', 'shell', 'url', 'secret_text'],
  keywords: [
    ...new Set([
      // Every address has '://'; few have a login before the host.
      ...secretFormats
        .flatMap(({ name, hints }) => (name === 'url-password' ? ['@'] : hints))
        .map((hint) => hint.toLowerCase()),
      ...tokenFormats
        .flatMap(({ keywords }) => keywords)
        .filter((keyword) => keyword.length > 1 && !everydayKeywords.includes(keyword)),
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
  orPattern: everydayTokens,
  detect(prepared, passage) {
    const found: Found[] = [];
    // The first to know a stretch names it: the surest come first.
    for (const match of [...knownTokens(prepared.text), ...assignedSecrets(prepared)]) {
      if (found.some((other) => match.start < other.end && match.end > other.start)) continue;
      found.push(findingOf(match, passage));
      if (found.length === findingsOfDetectorMax) break; // Each is compared with all before it.
    }
    const text = withoutSecrets(passage, found);
    return text === undefined
      ? found
      : found.map((one) => ({ ...one, suggestion: { what: 'without the secrets in it', text } }));
  },
};

/** Of a key in a file only the first line is found: the rest would be left. */
const partly = /^secrets\.(?:private-key|gcp-service-account)$/;

/** What is read can do without its secrets; what a program is given may be of no use without them. */
function withoutSecrets(passage: Passage, found: readonly Found[]): string | undefined {
  if (passage.surface !== 'tool_result' || found.length === 0 || found.some(({ rule }) => partly.test(rule)))
    return undefined;
  let text = passage.text;
  for (const { rule, start, end } of [...found].sort((a, b) => b.start - a.start))
    text = `${text.slice(0, start)}[${rule.slice('secrets.'.length)} removed]${text.slice(end)}`;
  return text;
}

interface Match {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** From 0 to 1. */
  readonly sureness: number;
}

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
