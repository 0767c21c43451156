import type { Detector, Found } from '../detector.ts';
import type { Passage } from '../passage.ts';
import type { Prepared } from '../text/prepare.ts';
import { type Language, latinLanguages, otherLanguages } from '../words/languages.ts';

/** Each by itself is for a person to look at; two of them together are an attack. */
const weights = { override: 0.65, secrecy: 0.3, reveal: 0.3 } as const;
const togetherWeight = 0.88;
const near = 600;

const says = {
  override: 'sets aside the instructions given before',
  secrecy: 'wants something kept from the user',
  reveal: 'asks for the prompt or a password',
} as const;

interface Hit {
  readonly what: keyof typeof weights;
  readonly language: string;
  readonly start: number;
  readonly end: number;
}

// biome-ignore format: one list
const latinKeywords = ['ignor', 'missacht', 'vergiss', 'vergessen sie', 'verwirf', 'oubli', 'glige', 'pas compte', 'olvid', 'omit', 'descart', 'caso omiso', 'esque', 'desconsider', 'desprez', 'dimentic', 'trascur', 'negeer', 'vergeet', 'zapomnij', 'pomi', 'talimat', 'nerge', 'komut', 'abaikan', 'lupakan', ' qua'];

/** Finds the phrases of an injection in languages that are written in Latin letters. English has detectors of its own. */
export const latinWords: Detector = {
  name: 'latin-words',
  surfaces: ['tool_description', 'tool_result', 'user_prompt'],
  // Accents are still on in `plain`: only what comes before the first of them can be a keyword.
  keywords: latinKeywords,
  detect(prepared, passage) {
    const text = withoutAccents(prepared.plain);
    const found = judged(hitsIn(text, latinLanguages), passage);
    const place = (at: number) => prepared.offset(Math.min(at, prepared.plain.length));
    return found.map((one) => ({ ...one, start: place(one.start), end: place(one.end) }));
  },
};

/** Finds the same phrases in other scripts. */
export const otherScriptWords: Detector = {
  name: 'other-script-words',
  surfaces: ['tool_description', 'tool_result', 'user_prompt'],
  // The text as it came: `plain` makes Latin what only looks so.
  detect: ({ text }: Prepared, passage) =>
    otherLetters.test(text) ? judged(hitsIn(text.toLowerCase(), otherLanguages), passage) : [],
};

const otherLetters = /[\u0400-\u04ff\u0600-\u06ff\u0900-\u097f\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]/;

/** Of the same length, but for texts whose accents stand alone. */
function withoutAccents(plain: string): string {
  // biome-ignore format: one list
  return plain.replaceAll('đ', 'd').replaceAll('ı', 'i').replaceAll('ł', 'l').normalize('NFC').normalize('NFD').replace(/[\u0300-\u036f]/g, '');
}

/** The phrases of the languages that a text may be in. None of them stops anything alone, so `override` decides. */
function hitsIn(text: string, languages: readonly Language[]): readonly Hit[] {
  const here = languages.filter(({ words }) => words.length === 0 || words.some((word) => text.includes(word)));
  return here.flatMap((language) => {
    const overrides = hitsOf('override', text, language);
    if (overrides.length === 0) return [];
    return [...overrides, ...hitsOf('secrecy', text, language), ...hitsOf('reveal', text, language)];
  });
}

function hitsOf(what: Hit['what'], text: string, language: Language): readonly Hit[] {
  return [...text.matchAll(language[what])].slice(0, 4).map((match) => ({
    what,
    language: language.language,
    start: match.index,
    end: match.index + match[0].length,
  }));
}

function judged(hits: readonly Hit[], { surface }: Passage): readonly Found[] {
  const poisoned = surface === 'tool_description';
  const common = { owasp: poisoned ? 'MCP03:2025' : 'MCP06:2025' } as const;
  const family = poisoned ? 'poison' : 'injection';
  return hits.map(({ what, language, start, end }) => {
    const company = hits.find((other) => other.what !== what && Math.abs(other.start - start) <= near);
    const isTogether = company !== undefined && (what === 'override' || company.what === 'override');
    return {
      ...common,
      rule: `${family}.${what}_translated`,
      weight: isTogether ? togetherWeight : weights[what],
      reason: `The text ${says[what]}${isTogether ? ` and ${says[company.what]}` : ''}, in ${language}.`,
      start,
      end,
    };
  });
}
