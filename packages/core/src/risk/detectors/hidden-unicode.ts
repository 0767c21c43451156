import type { Detector, Found } from '../detector.ts';
import type { Surface } from '../passage.ts';

/** Characters that no reader sees and a model reads, or that make a reader see something else than what is there. */
export const hiddenUnicode: Detector = {
  name: 'hidden-unicode',
  surfaces: ['tool_description', 'tool_args', 'tool_result', 'user_prompt', 'shell', 'sql', 'path', 'url'],
  detect({ text }, { surface }) {
    // Most texts have nothing of the kind, and one search says so.
    if (!anyOfThem.test(text)) return [];
    return kinds.flatMap(({ rule, pattern, weight, reason, isOrdinary }) =>
      [...text.matchAll(pattern)]
        .filter((match) => !isOrdinary?.(match[0], match.index, text))
        .map(({ 0: { length }, index }): Found => {
          const end = index + length;
          return { rule, owasp: owaspOf(surface), weight, reason, start: index, end };
        }),
    );
  },
};

const anyOfThem =
  /[\ufe00-\ufe0f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\u00ad\u3164\ufff9-\ufffb\u{e0000}-\u{e0fff}]/u;

interface Kind {
  readonly rule: string;
  readonly pattern: RegExp;
  readonly weight: number;
  readonly reason: string;
  readonly isOrdinary?: (match: string, at: number, text: string) => boolean;
}

const kinds: readonly Kind[] = [
  {
    rule: 'hidden.tags',
    // Flags of regions, such as that of Wales, are a black flag with a few tags and an end.
    pattern: /[\u{e0001}\u{e0020}-\u{e007f}]+/gu,
    weight: 0.95,
    reason: 'Tag characters spell a text that is not shown and that a model reads.',
    isOrdinary: (match, at, text) =>
      text.slice(at - 2, at) === '\u{1f3f4}' && match.length <= 14 && match.endsWith('\u{e007f}'),
  },
  {
    rule: 'hidden.selectors',
    pattern: /[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]{3,}/gu,
    weight: 0.9,
    reason: 'A row of variation selectors carries data that is not shown.',
  },
  {
    rule: 'hidden.direction',
    pattern: /[\u202d\u202e]/g,
    weight: 0.85,
    reason: 'A bidirectional override shows the text in another order than the one in which it is read.',
  },
  {
    rule: 'hidden.isolates',
    // Isolates and embeddings come in pairs around a name of another script; alone they reorder what follows.
    pattern: /[\u202a\u202b\u2066-\u2068]/g,
    weight: 0.85,
    reason: 'A bidirectional control that is never closed reorders what is shown after it.',
    isOrdinary: (_, at, text) => /[\u202c\u2069]/.test(text.slice(at, at + 500)),
  },
  {
    rule: 'hidden.zero-width',
    pattern: /[\u200b-\u200d\u2060-\u2064\ufeff]{2,}/g,
    weight: 0.85,
    reason: 'A row of zero-width characters can carry a text that is not shown.',
    isOrdinary: (match, _at, text) => match.length < 8 && joinsLetters.test(text),
  },
  {
    rule: 'hidden.zero-width',
    pattern: /(?<=[A-Za-z])[\u200b-\u200d\u2060-\u2064\ufeff\u00ad](?=[A-Za-z])/g,
    weight: 0.6,
    reason: 'A zero-width character within a word keeps the word from being found.',
    isOrdinary: (match, at, text) => isBreak(match, at, text),
  },
  {
    rule: 'hidden.fillers',
    pattern: /[\u3164\uffa0\u115f\u1160\ufff9-\ufffb]{2,}/g,
    weight: 0.85,
    reason: 'Filler characters take room and are not shown.',
  },
];

/** Scripts that are written with joiners. */
const joinsLetters =
  /[\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Tamil}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Khmer}\p{Script=Thai}]/u;

/** A soft hyphen, or a zero-width space as a place to break, in a long word: typesetting puts a few of them there. */
function isBreak(match: string, at: number, text: string): boolean {
  if (match !== '\u00ad' && match !== '\u200b') return false;
  const around = text.slice(Math.max(0, at - 60), at + 60);
  const pieces =
    around
      .split(/[^\p{L}\u00ad\u200b]+/u)
      .find((word) => word.includes(match))
      ?.split(match) ?? [];
  // Between syllables; letter by letter nobody writes.
  return pieces.slice(1, -1).every(({ length }) => length > 1);
}

function owaspOf(surface: Surface): Found['owasp'] {
  return surface === 'tool_description' ? 'MCP03:2025' : 'MCP06:2025';
}
