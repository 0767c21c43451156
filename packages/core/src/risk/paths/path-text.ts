/** A path made comparable: decoded, `/` only, no `.` or empty parts, lower case. `..` stays where it cannot be resolved. */
export interface PathText {
  readonly absolute: boolean;
  /** Lower case, without leading slash; a home folder (`~`, `$HOME`, `/home/ann`, `C:\Users\ann`, `/root`) is `~`. */
  readonly path: string;
  /** How many `..` are left in front, or went above the root. */
  readonly climbs: number;
  /** An absolute path leaves the folder it names first: `/srv/pictures/../../etc/passwd`. */
  readonly leaves: boolean;
  /** The text was percent-encoded where nobody needs to encode: dots, slashes, backslashes, null. */
  readonly disguised: boolean;
}

const charsMax = 4_096;
const decodingsMax = 3;
const overlong =
  /%(?:c0|c1|e0%80|f0%80%80)%[0-9a-f]{2}|%u(?:221[56]|ff0e|002e|002f|2024)|%25(?:2e|2f|5c|c0|u)|%%3[25]|0x2[ef]|\\x2[ef]|\\u002[ef]|%00/i;

/** Reads a path as a lenient program would: encodings undone, both slashes, `..` resolved. */
export function pathText(text: string): PathText {
  const raw = text.slice(0, charsMax).trim();
  const decoded = decode(raw);
  const slashed = decoded.text
    .replace(/^file:\/\/(localhost)?/i, '')
    .replaceAll('\\', '/')
    .replaceAll(/\0.*$/gs, '');
  const absolute = /^(\/|[a-z]:\/|~|\$\{?home\b)/i.test(slashed);
  const { path, climbs } = resolve(slashed.toLowerCase());
  const leaves = absolute && slashed.includes('..') && firstOf(slashed.toLowerCase()) !== firstOf(path);
  return { absolute, path: homeFolded(path), climbs, leaves, disguised: decoded.disguised };
}

function firstOf(path: string): string {
  return /[^/]+/.exec(path)?.[0] ?? '';
}

function decode(raw: string): { text: string; disguised: boolean } {
  if (!/[%\0]|\.\.;|\.{3}|\.\.\\{2}|0x2|\\[xu]/.test(raw)) return { text: raw, disguised: false };
  let text = raw.replaceAll(/(?:0x|\\x|\\u00)(2[ef]|5c)/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  let disguised = overlong.test(raw) || /%2e|%5c|\.\.%2f|%2f\.\.|\0/i.test(raw);
  for (let round = 0; round < decodingsMax && text.includes('%'); round += 1) {
    const next = text
      .replaceAll(/%(?:c0%ae|uff0e|u002e|u2024|(?:e0|f0%80)%80%ae|c0%2e)/gi, '.')
      .replaceAll(/%(?:c0%af|c0%2f|(?:e0|f0%80)%80%af|u221[56]|u002f|c1%9c|c0%5c)/gi, '/')
      .replaceAll(/%([0-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    if (next === text) break;
    if (round > 0) disguised = true;
    text = next;
  }
  // Filters that take `../` out once turn `....//` into `../`.
  if (/\.{4,}[/\\]{2}|\.\.;\/|\.{3}(?:[/\\]\.{3}){0,20}[/\\]{1,2}|\.\.\\{2}/.test(text)) {
    disguised = true;
    text = text.replaceAll(/\.{3,}[/\\]{1,9}/g, '../').replaceAll('..;/', '../');
  }
  return { text, disguised };
}

function resolve(path: string): { path: string; climbs: number } {
  const parts: string[] = [];
  let climbs = 0;
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.length > 0) parts.pop();
    else climbs += 1;
  }
  return { path: parts.join('/'), climbs };
}

const homes =
  /^(?:~[a-z0-9_-]*|\$home|\$\{home\}|%userprofile%|\$env:userprofile|root|(?:home|users|c:\/users|c:\/documents and settings)\/[^/]+)(?=\/|$)/;

function homeFolded(path: string): string {
  return path.replace(homes, '~');
}
