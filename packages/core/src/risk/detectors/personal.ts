import { type Detector, type Found, findingsOfDetectorMax } from '../detector.ts';
import type { Surface } from '../passage.ts';
import { type PersonalKind, personalKinds } from './personal-kinds.ts';
import { personalSigns, personalSignsIn } from './personal-signs.ts';

/** What belongs to a person. Ordinary in most traffic, so it weighs little by itself; who sends it where is what counts. */
export const personal: Detector = {
  name: 'personal',
  surfaces: ['tool_args', 'tool_result', 'user_prompt', 'pii_text'],
  detect({ text }, { surface }) {
    const found: Found[] = [];
    const isAbout = surface === 'pii_text';
    const kinds = isAbout ? personalKinds : kindsFor(text);
    if (kinds.length === 0) return found;
    const whole = [{ from: 0, to: text.length }];
    const near = isAbout ? whole : nearDigits(text);
    for (const kind of kinds) {
      const stretches = kind.sign === undefined ? near : whole;
      for (const one of findingsOf(kind, text, stretches, surface)) {
        if (found.some(({ start, end }) => one.start < end && one.end > start)) continue;
        found.push(one);
        if (found.length === findingsOfDetectorMax) return found; // Each is compared with all before it.
      }
    }
    return found;
  },
};

interface Stretch {
  readonly from: number;
  to: number;
}

/** What is near to a digit: there are many kinds that are numbers, and each search goes over all it is given. */
function nearDigits(text: string): readonly Stretch[] {
  const stretches: Stretch[] = [];
  aDigit.lastIndex = 0;
  for (let match = aDigit.exec(text); match !== null; match = aDigit.exec(text)) {
    const last = stretches.at(-1);
    const to = Math.min(text.length, match.index + nearChars);
    if (last !== undefined && match.index - nearChars <= last.to) last.to = to;
    else stretches.push({ from: Math.max(0, match.index - nearChars), to });
    // The next one that tells more; those before it are within reach of this one.
    aDigit.lastIndex = match.index + digitsApart;
  }
  return stretches;
}

const aDigit = /[0-9]/g;
const digitsApart = 16;
/** More than any of them has before its first digit and after its last one, and `digitsApart`. */
const nearChars = 80;

/** Those that a text may hold, by what they all have. */
function kindsFor(text: string): readonly PersonalKind[] {
  const signs = personalSignsIn(text);
  if (signs === 0) return [];
  const kinds = personalKinds.filter(({ sign = personalSigns.number }) => (signs & sign) !== 0);
  const isSaid = kinds.some(({ said }) => said !== undefined) && anySaid.test(text);
  return isSaid ? kinds : kinds.filter(({ said }) => said === undefined);
}

const anySaid = new RegExp(personalKinds.flatMap(({ said }) => said?.source ?? []).join('|'), 'i');

function findingsOf(kind: PersonalKind, text: string, stretches: readonly Stretch[], surface: Surface): Found[] {
  const found: Found[] = [];
  for (const { from, to } of stretches) {
    const near = text.slice(from, to);
    kind.pattern.lastIndex = 0;
    for (let match = kind.pattern.exec(near); match !== null; match = kind.pattern.exec(near)) {
      const one = findingAt(kind, text, from + match.index, match[0], surface);
      if (one !== undefined) found.push(one);
    }
  }
  return found;
}

function findingAt(
  kind: PersonalKind,
  text: string,
  start: number,
  match: string,
  surface: Surface,
): Found | undefined {
  const isAbout = surface === 'pii_text';
  const end = start + match.length;
  const isSaid = kind.said?.test(text.slice(Math.max(0, start - 60), isAbout ? end + 40 : start)) ?? true;
  // Only a text about personal data may leave unsaid what its numbers are.
  if ((!isSaid && !isAbout) || kind.isValid?.(match) === false) return undefined;
  const sureness = surenessOf(kind, isSaid);
  return sureness === 0 ? undefined : findingOf(kind, start, end, surface, sureness);
}

/** Where nothing is said beside a number that others look like, its check digits have to speak for it. */
function surenessOf({ said, isValid, alone }: PersonalKind, isSaid: boolean): number {
  if (said === undefined) return alone ?? 1;
  if (isSaid) return 1;
  return alone ?? (isValid === undefined ? 0.45 : 0.7);
}

const weights: Partial<Record<Surface, number>> = {
  pii_text: 0.78,
  tool_args: 0.3,
  user_prompt: 0.2,
  tool_result: 0.15,
};
/** Given to strangers every day. */
const everyday: ReadonlySet<string> = new Set(['email', 'phone']);

function findingOf({ name }: PersonalKind, start: number, end: number, surface: Surface, sureness: number): Found {
  const base = weights[surface] ?? 0.2;
  const weight = sureness * (everyday.has(name) && surface !== 'pii_text' ? base / 2 : base);
  const reason = `It looks like personal data: ${name.replaceAll('-', ' ')}.`;
  return { rule: `personal.${name}`, owasp: 'MCP10:2025', weight, reason, start, end };
}
