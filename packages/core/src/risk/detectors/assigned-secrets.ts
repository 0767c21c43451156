import { isSecretName } from '../../secret-formats.ts';
import type { Prepared } from '../text/prepare.ts';
import { bitsPerCharacter, isTemplate, isTyped, strengthOfPassword } from './made-up.ts';
import { isJwtHeader } from './sureness.ts';

/** A value that is a secret because of the name it is given to. */
interface Assigned {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** From 0 to 1. */
  readonly sureness: number;
}

// The name from where it says "secret" on, what assigns, and the value: none may be read twice.
const assignment =
  /(?:key|token|secret|passw(?:or)?d|pwd|passphrase|credentials?)[A-Za-z0-9_]{0,16}["'\]]{0,2}(?:\s{0,3}(?::=|=>|==?|:)\s{0,3}|["']?\s?,\s?)(?:\\?["'`]|)([^\s"'`,;<>()\\]{6,200})/gi;
/** The same in a plain text: the beginning of the name, and what may stand between it and the value. */
const names = /key|token|secret|passw|pwd|passphrase|credential/g;
const assigns = /[a-z0-9_]{0,20}["'\]]{0,2}(?:\s{0,3}[:=]|["']?\s?,)/y;
/** Those whose tokens look like any other. */
export const vendors: readonly string[] = [
  'sourcegraph',
  'snyk',
  'messagebird',
  'sonar',
  'heroku',
  'datadog',
  'okta',
  'algolia',
  'fastly',
];
/** A vendor's name near a bare token of hexadecimal digits. */
const vendorToken = new RegExp(`\\b(?:${vendors.join('|')})\\b[^\\n]{0,20}[=:]\\s?["']?([A-Za-z0-9-]{32,42})\\b`, 'gi');
const login = /curl\s[^\n]{0,200}?(?:-u|--user)[ =]{1,3}["']?([^\s"':$<{]{0,60}(?:["']?:["']?)?[^\s"']{1,80})/gi;
const header =
  /(?:-H|--header)\s{1,3}["'](?:authorization|[a-z-]{0,20}(?:token|key|secret))\s?:\s{0,3}(?:[a-z-]{3,12} )?([^"'\s]{8,400})/gi;

/** Secrets that only their names give away: assignments, and logins on a command line. */
export function assignedSecrets(prepared: Prepared): Assigned[] {
  const { text, plain } = prepared;
  const found: Assigned[] = [];
  for (const { from, to } of assignmentsIn(prepared)) {
    for (const match of text.slice(from, to).matchAll(assignment)) {
      const value = match[1] as string;
      const at = from + match.index;
      const name = nameAround(text, at);
      const start = at + match[0].length - value.length;
      const sureness = ofAssignment(name, value);
      if (sureness > 0) found.push({ name: kindOf(name), start, end: start + value.length, sureness });
    }
  }
  const addAll = (pattern: RegExp, name: string, surenessOf: (value: string) => number) => {
    for (const match of text.matchAll(pattern)) add(found, name, match, surenessOf);
  };
  if (plain.includes('-h')) addAll(header, 'authorization', ofHeaderValue);
  if (plain.includes('curl')) addAll(login, 'login', ofLogin);
  if (vendors.some((vendor) => plain.includes(vendor)))
    addAll(vendorToken, 'token', (value) => (isRandom(value) ? 0.7 : 0));
  return found;
}

function ofHeaderValue(value: string): number {
  return bitsPerCharacter(value) > 2.7 ? ofRandom(value) : 0;
}

/** Stretches of the text that begin with a name and what assigns to it; few of the names are followed by that. */
function assignmentsIn({ text, plain, offset }: Prepared): { from: number; to: number }[] {
  const stretches: { from: number; to: number }[] = [];
  names.lastIndex = 0;
  for (let match = names.exec(plain); match !== null; match = names.exec(plain)) {
    assigns.lastIndex = names.lastIndex;
    if (!assigns.test(plain)) continue;
    const from = offset(match.index);
    const to = Math.min(text.length, from + assignmentCharsMax);
    const last = stretches.at(-1);
    if (last !== undefined && from < last.to) last.to = to;
    else stretches.push({ from, to });
  }
  return stretches;
}

/** What `assignment` and its value are at the most. */
const assignmentCharsMax = 250;

function add(found: Assigned[], name: string, match: RegExpExecArray, surenessOf: (value: string) => number): void {
  const value = match[1] as string;
  const sureness = isTemplate(value) ? 0 : surenessOf(value);
  if (sureness === 0) return;
  const end = match.index + match[0].length;
  found.push({ name, start: end - value.length, end, sureness });
}

function nameAround(text: string, at: number): string {
  const before = /[A-Za-z0-9_.-]{0,40}$/.exec(text.slice(Math.max(0, at - 40), at))?.[0] ?? '';
  const after = /^[A-Za-z0-9_]{0,40}/.exec(text.slice(at, at + 40))?.[0] ?? '';
  return before + after;
}

const passwordName = /passw(?:or)?d$|pwd$|passphrase$/i;
const keyName =
  /(?:api|access|secret|auth|private|client|account|shared|master|service|signing|encryption)[_-]?(?:key|token|secret)(?:id)?$/i;

function ofAssignment(name: string, value: string): number {
  const plain = name.replace(/[^A-Za-z0-9]/g, '');
  if (isTemplate(value) || /^(?:true|false|null|none|undefined|required|optional)$/i.test(value)) return 0;
  // A call, a path of members, or a variable: where the secret comes from, not the secret.
  if (/[[\]{}]|^(?:process|os|env|config|self|this|settings|vault|secrets?)\b|^[a-z_]+(?:\.[a-z_]+)+$/i.test(value))
    return 0;
  if (passwordName.test(name)) return isPassword(value) ? 0.85 * strengthOfPassword(value) : 0;
  if (!(isSecretName(plain) || keyName.test(name)) || !isRandom(value) || isJwtHeader(value)) return 0;
  return ofRandom(value);
}

/** Without a form that is known, length and entropy have to say how likely it is. */
function ofRandom(value: string): number {
  if (isTyped(value)) return 0.4;
  return value.length >= 20 && bitsPerCharacter(value) > 3.5 ? 0.85 : 0.75;
}

function isPassword(value: string): boolean {
  return (
    value.length >= 8 &&
    /[0-9]/.test(value) &&
    /[A-Za-z]/.test(value) &&
    !/^(?:password|pass|test)\d{0,4}$/i.test(value)
  );
}

/** Made by chance: digits among letters, and no two characters too often. */
function isRandom(value: string): boolean {
  if (value.length < 16 || !/[0-9]/.test(value) || !/[A-Za-z]/.test(value)) return false;
  return bitsPerCharacter(value) > 3.2 && !/^(?:[a-z][a-z0-9+.-]{0,20}:\/\/|\/|\.\/|arn:)/i.test(value);
}

const ordinaryLogins = /^[^:]*$|^:?$|\[[A-Z]+\]/;

function ofLogin(value: string): number {
  if (ordinaryLogins.test(value) || /[$`]|^\W*$/.test(value.replace(/\$\d?$/, ''))) return 0;
  const [user = '', password = ''] = value.split(/["']?:["']?/, 2);
  return password === '' ? 0.85 * strengthOfPassword(user) : 0.85 * strengthOfPassword(password, user);
}

function kindOf(name: string): string {
  if (passwordName.test(name)) return 'password';
  return /token$/i.test(name) ? 'token' : 'key';
}
