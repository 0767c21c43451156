import type { Detector, Found } from '../detector.ts';
import { withoutClimbs } from '../paths/inside.ts';
import { type PathText, pathText } from '../paths/path-text.ts';
import { sensitivePath } from '../paths/sensitive.ts';
import { wellKnownPath } from '../paths/well-known.ts';
import { kindOfArgument } from './kind-of-argument.ts';

/**
 * Paths that give secrets away, leave the folder they belong in, or change the system. A climb is measured by what it
 * reaches: `../src/a.ts` is ordinary, `../../../../etc/passwd` is not.
 */
export const files: Detector = {
  name: 'files',
  surfaces: ['path', 'tool_args', 'url'],
  detect({ text }, passage) {
    const paths = passage.surface === 'path' ? [{ path: text, start: 0 }] : pathsIn(text, kindOfArgument(passage));
    const writes = writingTool.test(passage.tool ?? '');
    return paths.flatMap(({ path, start }) => {
      const found = lookAt(path, writes, passage.surface === 'path');
      const end = start + path.length;
      const inside = path === text ? insteadOf(path, found) : undefined;
      return found.map((one) => ({
        ...one,
        ...(inside && one.rule === traversal && { suggestion: inside }),
        start,
        end,
      }));
    });
  },
};

const writingTool = /write|create|edit|delete|remove|move|rename|append|save|update|put|upload|overwrite|copy|patch/i;
const pathCharsMax = 4_096;

/** The path itself; of a URL its path and the values of its query. */
function pathsIn(text: string, kind: string): { path: string; start: number }[] {
  if (text.length > pathCharsMax || kind === 'prose' || kind === 'code' || kind === 'shell' || kind === 'sql')
    return [];
  if (kind !== 'url') return [{ path: text, start: 0 }];
  if (/^file:/i.test(text)) return [{ path: text, start: 0 }];
  const origin = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(text)?.[0].length ?? 0;
  const parts = text.slice(origin).matchAll(/[^?&=#]+/g);
  return [...parts]
    .map(({ 0: path, index }) => ({ path, start: origin + index }))
    .filter(({ path }) => climbs.test(path));
}

const climbs = /\.\.|%2e|%c0|%00|\0|\/etc\//i;

type Seen = Omit<Found, 'start' | 'end'>;

const traversal = 'files.traversal';

/** What only climbs has a safer form; what is kept from everybody stays so in every folder. */
function insteadOf(path: string, found: readonly Seen[]): Found['suggestion'] {
  const text = withoutClimbs(path);
  if (text === path || text === '' || !found.every(({ rule }) => rule === traversal)) return undefined;
  return { what: 'a path that stays in its folder', text };
}

function lookAt(text: string, writes: boolean, isPath: boolean): Seen[] {
  const path = pathText(text);
  const reached = sensitivePath(path);
  const found: Seen[] = [];
  if (path.climbs > 0 || path.disguised || path.leaves) found.push(...climbing(path, reached?.weight ?? 0, isPath));
  if (reached) {
    found.push({
      rule: 'files.sensitive',
      owasp: 'MCP01:2025',
      weight: reached.weight,
      reason: `This is ${reached.what}.`,
    });
  } else if (isPath) {
    const known = wellKnownPath(text, path);
    if (known)
      found.push({ rule: 'files.system', owasp: 'MCP10:2025', weight: known.weight, reason: `This is ${known.what}.` });
  }
  if (writes && path.absolute && systemWrite.test(path.path)) {
    found.push({
      rule: 'files.system-write',
      owasp: 'MCP02:2025',
      weight: 0.82,
      reason: 'Changes a file of the system.',
    });
  }
  if (/^\\\\[^\\?.]+\\[^\\]+/.test(text)) {
    found.push({
      rule: 'files.remote-share',
      owasp: 'MCP05:2025',
      weight: 0.45,
      reason: 'A share of another machine, which is told who signed in here.',
    });
  }
  return found;
}

const systemWrite =
  /^(?:(?:private\/)?etc|bin|sbin|usr\/(?:bin|sbin|lib|lib64)|lib|lib64|boot|sys|proc|system|c:\/windows|~\/\.(?:bashrc|zshrc|profile|bash_profile|zshenv|ssh\/|gitconfig|config\/(?:autostart|systemd)\/))(?:\/|$)?/;
const climbsFar = 3;

function climbing({ path, climbs, leaves, disguised }: PathText, reached: number, isPath: boolean): Seen[] {
  const steps = climbs === 0 && leaves ? 1 : climbs;
  const system =
    /^(?:etc|proc|sys|var|root|home|usr|windows|winnt|boot|dev|opt|~|c:|private|inetpub|users)(?:\/|$)|(?:^|\/)(?:(?:boot|win)\.ini$|etc\/(?:passwd|shadow|hosts)|windows\/)/.test(
      path,
    );
  const rule = { rule: traversal, owasp: 'MCP05:2025' as const };
  if (steps > 0 && (system || reached >= 0.5)) {
    return [{ ...rule, weight: 0.92, reason: 'Climbs out of its folder to a file that is kept from it.' }];
  }
  if (disguised && steps > 0)
    return [{ ...rule, weight: 0.84, reason: 'Climbs out of its folder in an encoding that hides it.' }];
  if (disguised) return [{ ...rule, weight: 0.72, reason: 'Hides dots, slashes or an end in an encoding.' }];
  if (steps > climbsFar + 2) return [{ ...rule, weight: 0.7, reason: 'Climbs far out of its folder.' }];
  if (steps > climbsFar) return [{ ...rule, weight: 0.42, reason: 'Climbs out of its folder.' }];
  return isPath && steps > 1 ? [{ ...rule, weight: 0.07 * steps, reason: 'Climbs out of its folder.' }] : [];
}
