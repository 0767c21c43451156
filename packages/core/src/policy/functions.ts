/** True when `path` is `folder` or lies in it, once `.` and `..` have been resolved. Nothing is asked of the disk. */
export function isUnder(path: string, folder: string): boolean {
  const [inner, outer] = [resolveDots(path), resolveDots(folder)];
  if (inner.root !== outer.root) return false;
  return outer.parts.every((part, index) => part !== '..' && inner.parts[index] === part) && inner.parts[0] !== '..';
}

interface Resolved {
  /** `/`, `c:/`, `//`, `~/`, or empty for a relative path. */
  readonly root: string;
  readonly parts: readonly string[];
}

function resolveDots(path: string): Resolved {
  const slashed = path.replaceAll('\\', '/');
  const root = /^(?:[A-Za-z]:\/|~\/|\/\/?(?!\/)|~$)/.exec(slashed)?.[0] ?? '';
  const parts: string[] = [];
  for (const part of slashed.slice(root.length).split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (root !== '/') parts.push('..'); // Above `/` there is nothing; above a relative path, or home, there is.
  }
  return { root: root === '~' ? '~/' : root.toLowerCase(), parts };
}

/** Host of a URL, in lower case and without a port; empty for what is no URL. */
export function hostOf(url: string): string {
  if (!URL.canParse(url)) return '';
  return new URL(url).hostname.replace(/\.$/, '');
}

/** A regular expression for a glob: `*` and `?` stay within a folder, `**` crosses folders. */
export function globPattern(glob: string): string {
  let pattern = '';
  for (let at = 0; at < glob.length; at++) {
    const char = glob[at] as string;
    if (char !== '*') pattern += char === '?' ? '[^/]' : char.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    else if (glob[at + 1] !== '*') pattern += '[^/]*';
    else {
      const crosses = glob[at + 2] === '/';
      pattern += crosses ? '(?:.*/)?' : '.*';
      at += crosses ? 2 : 1;
    }
  }
  return `(?s)^${pattern}$`;
}
