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
    for (const kind of surface === 'pii_text' ? personalKinds : kindsFor(text)) {
      for (const one of findingsOf(kind, text, surface)) {
        if (found.some(({ start, end }) => one.start < end && one.end > start)) continue;
        found.push(one);
        if (found.length === findingsOfDetectorMax) return found; // Each is compared with all before it.
      }
    }
    return found;
  },
};

/** Those that a text may hold, by what they all have. */
function kindsFor(text: string): readonly PersonalKind[] {
  const signs = personalSignsIn(text);
  if (signs === 0) return [];
  const kinds = personalKinds.filter(({ sign = personalSigns.number }) => (signs & sign) !== 0);
  const isSaid = kinds.some(({ said }) => said !== undefined) && anySaid.test(text);
  return isSaid ? kinds : kinds.filter(({ said }) => said === undefined);
}

const anySaid = new RegExp(personalKinds.flatMap(({ said }) => said?.source ?? []).join('|'), 'i');

function findingsOf(kind: PersonalKind, text: string, surface: Surface): Found[] {
  if (text.search(kind.pattern) === -1) return []; // Starting to match costs more than this in a short text.
  const isAbout = surface === 'pii_text';
  return [...text.matchAll(kind.pattern)].flatMap(({ 0: match, index }) => {
    const end = index + match.length;
    const isSaid = kind.said?.test(text.slice(Math.max(0, index - 60), isAbout ? end + 40 : index)) ?? true;
    // Only a text about personal data may leave unsaid what its numbers are.
    if ((!isSaid && !isAbout) || kind.isValid?.(match) === false) return [];
    const sureness = surenessOf(kind, isSaid);
    return sureness === 0 ? [] : [findingOf(kind, index, end, surface, sureness)];
  });
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
