import type { Redaction } from './redact.ts';
import { plainName } from './secret-formats.ts';

interface Judges {
  readonly may: (text: string) => boolean;
  readonly text: (text: string) => Redaction;
  readonly isSecret: (name: string) => boolean;
}

interface Container {
  readonly array: boolean;
  /** Of the value that comes next: in an object its key, in an array that of the array. */
  key: string;
  /** In an object: a key is expected. */
  keyNext: boolean;
  /** What `{"name": …}` said, which is what `{"value": …}` is about. In an array: the string before. */
  named: string;
}

/**
 * Walks over JSON source and replaces secrets in its strings, and numbers under secret names.
 *
 * Each string is decoded before it is looked at and encoded again only when it has changed, so that an escape is never
 * split and a secret written in escapes is found. JSON that is broken or cut off is walked as far as it makes sense.
 */
export function redactJson(source: string, judges: Judges): Redaction {
  const stack: Container[] = [{ array: true, key: '', keyNext: false, named: '' }];
  let out = '';
  let copied = 0;
  let count = 0;

  function put(start: number, end: number, { text, count: found }: Redaction): number {
    if (found === 0) return end;
    out += source.slice(copied, start) + JSON.stringify(text);
    copied = end;
    count += found;
    return end;
  }

  function putString(start: number, top: Container): number {
    const end = endOfString(source, start);
    const text = decode(source.slice(start, end));
    put(start, end, top.keyNext ? judgeKey(text, judges) : judgeString(text, top, judges));
    advance(top, text);
    return end;
  }

  /** A number, or one character of whatever else stands outside strings. */
  function putScalar(start: number, top: Container): number {
    const end = endOfNumber(source, start);
    if (end === start) return start + 1;
    if (judges.isSecret(top.key)) return put(start, end, { text: placeholderFor(top.key), count: 1 });
    return put(start, end, judgeNumber(source.slice(start, end), judges));
  }

  for (let at = 0; at < source.length; ) {
    const top = stack[stack.length - 1] as Container; // The bottom one is never taken off.
    const code = source.charCodeAt(at);
    if (code === 0x22) at = putString(at, top);
    else if (nest(stack, top, code)) at++;
    else at = putScalar(at, top);
  }
  return { text: out + source.slice(copied), count };
}

/** Goes in and out of containers, and on to the next member; false when the character does none of it. */
function nest(stack: Container[], top: Container, code: number): boolean {
  switch (code) {
    case 0x7b:
      stack.push({ array: false, key: '', keyNext: true, named: '' });
      return true;
    case 0x5b:
      stack.push({ array: true, key: top.key, keyNext: false, named: '' });
      return true;
    case 0x7d:
    case 0x5d:
      if (stack.length > 1) stack.pop();
      return true;
    case 0x2c:
      if (!top.array) top.keyNext = true;
      return true;
    default:
      return false;
  }
}

function judgeKey(text: string, { may, text: redact }: Judges): Redaction {
  return may(text) ? redact(text) : { text, count: 0 };
}

function judgeString(
  text: string,
  { array, key, named }: Container,
  { may, text: redact, isSecret }: Judges,
): Redaction {
  const name = secretNameOf(text, array, key, named, isSecret);
  if (name !== undefined) return { text: placeholderFor(name), count: 1 };
  return text !== '' && may(text) ? redact(text) : { text, count: 0 };
}

/** The secret name that the string stands under: a key, `--password` before it, or `"name": "Authorization"` beside it. */
function secretNameOf(
  text: string,
  array: boolean,
  key: string,
  named: string,
  isSecret: (name: string) => boolean,
): string | undefined {
  if (text === '' || text.startsWith('[redacted:')) return undefined;
  // A "token" of a language model is short; one that opens a door is not.
  if (isSecret(key) && !(plainName(key) === 'token' && text.length < 8)) return key;
  if (array && /^--?[A-Za-z]/.test(named) && !text.startsWith('-') && isSecret(named)) return named;
  if (!array && plainName(key) === 'value' && isSecret(named)) return named;
  return undefined;
}

/** A number is left as it is spelt unless it is itself something to redact, such as a payment card. */
function judgeNumber(text: string, { may, text: redact }: Judges): Redaction {
  return text.length > 8 && may(text) ? redact(text) : { text, count: 0 };
}

function advance(top: Container, text: string): void {
  if (top.array) top.named = text;
  else if (top.keyNext) {
    top.key = text;
    top.keyNext = false;
  } else if (/^(?:name|key|header)$/i.test(top.key)) top.named = text;
}

function placeholderFor(name: string): string {
  return `[redacted:${name
    .replace(/^-+/, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')}]`;
}

function endOfString(source: string, start: number): number {
  for (let end = source.indexOf('"', start + 1); end !== -1; end = source.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (source.charCodeAt(end - 1 - backslashes) === 0x5c) backslashes++;
    if (backslashes % 2 === 0) return end + 1;
  }
  return source.length;
}

function decode(token: string): string {
  if (!token.includes('\\')) return token.slice(1, token.endsWith('"') && token.length > 1 ? -1 : undefined);
  try {
    return JSON.parse(token) as string; // A token in double quotes parses to a string or not at all.
  } catch {
    return token.slice(1); // Cut off, or broken: judged as it is written.
  }
}

function endOfNumber(source: string, start: number): number {
  let end = start;
  while (end < source.length && isNumeral(source.charCodeAt(end))) end++;
  return end;
}

/** Digits, sign, point and exponent, in JSON source outside strings. */
function isNumeral(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || code === 0x2d || code === 0x2b || code === 0x2e || code === 0x45;
}
