import type { Detector, Found } from '../detector.ts';
import type { Passage } from '../passage.ts';
import { createKeywords, type Keywords } from '../text/keywords.ts';
import type { Prepared } from '../text/prepare.ts';
import { cues } from '../words/cues.ts';
import { flatten } from '../words/flatten.ts';
import { type Language, latinLanguages } from '../words/languages.ts';
import { madeUpWorlds } from '../words/made-up-worlds.ts';
import { otherLanguages } from '../words/other-languages.ts';

/** What is said, and what it weighs alone. From 0.4 on it is for a person to look at. */
const acts = {
  override: { weight: 0.65, says: 'sets aside the instructions given before' },
  disobey: { weight: 0.45, says: 'has something ignored and something else said instead' },
  task: { weight: 0.3, says: 'gives the model a new task' },
  secrecy: { weight: 0.3, says: 'wants something kept from the user' },
  reveal: { weight: 0.3, says: 'asks for the prompt or a password' },
  first: { weight: 0, says: 'asks for something to be done before the work' },
  pretend: { weight: 0.38, says: 'opens a made-up world in which something else is true' },
  secretPath: { weight: 0, says: 'names a file that holds secrets' },
  address: { weight: 0, says: 'names an address' },
} as const;
type Act = keyof typeof acts;

/** Two that together are an attack; the first of them is the finding. */
const together: readonly (readonly [Act, Act, number])[] = [
  ['override', 'disobey', 0.75],
  ['override', 'task', 0.88],
  ['override', 'secrecy', 0.88],
  ['override', 'reveal', 0.88],
  ['override', 'secretPath', 0.88],
  ['override', 'address', 0.8],
  ['secrecy', 'secretPath', 0.88],
  ['secrecy', 'address', 0.6],
  ['secrecy', 'task', 0.6],
  ['secrecy', 'first', 0.55],
  ['task', 'reveal', 0.6],
  ['first', 'secretPath', 0.75],
];
const near = 600;

interface Hit {
  readonly act: Act;
  readonly language: string;
  readonly start: number;
  readonly end: number;
}

// biome-ignore format: one list
const latinKeywords = ['yok say', 'rmezden gel', 'nutzer', 'anweisung', 'anwender', 'aufgabe', 'utilisateur', 'consigne', 'sormais', 'partir de', ' avant ', 'usuario', 'utilizador', 'a partir d', 'antes de', 'utente', 'ora in poi', 'prima di', 'gebruiker', 'voordat', 'vanaf nu', 'ytkownik', 'od teraz', 'zanim', 'kullan', 'jangan', 'tugas baru', 'mulai sekarang', 'sebelum', 'balewalain', 'kalimutan', 'huwag', 'mula ngayon', 'ignorera', 'bortse', 'innan du', 'vandaren', 'ivatel', 'zapome', 'utilizator', 'inainte', 'bevor ', 'ab jetzt', 'ab sofort', 'ng d', 'ch khi', 'diga', 'digas', 'mencion', 'ignor', 'missacht', 'vergiss', 'vergessen sie', 'verwirf', 'oubli', 'glige', 'pas compte', 'olvid', 'omit', 'descart', 'caso omiso', 'esque', 'desconsider', 'desprez', 'dimentic', 'trascur', 'negeer', 'vergeet', 'zapomnij', 'pomi', 'talimat', 'nerge', 'komut', 'abaikan', 'lupakan', ' qua'];

/** Finds the phrases of an injection in languages that are written in Latin letters. English has detectors of its own. */
export const latinWords: Detector = {
  name: 'latin-words',
  surfaces: ['tool_description', 'tool_result', 'user_prompt'],
  // Accents are still on in `plain`: only what comes before the first of them can be a keyword.
  keywords: [...latinKeywords, ...madeUpWorlds.words],
  detect(prepared, passage) {
    const flat = flatten(prepared.plain);
    const text = withoutAccents(flat.text);
    const found = judged(
      [...hitsIn(text, latinIn(text), whole(text)), ...pretended(madeUpWorlds.latin, whole(text))],
      passage,
    );
    const place = (at: number) => prepared.offset(flat.at(Math.min(at, flat.text.length)));
    return found.map((one) => ({ ...one, start: place(one.start), end: place(one.end) }));
  },
};

/** Finds the same phrases in other scripts. */
export const otherScriptWords: Detector = {
  name: 'other-script-words',
  surfaces: ['tool_description', 'tool_result', 'user_prompt'],
  // The text as it came: `plain` makes Latin what only looks so.
  detect({ text }: Prepared, passage) {
    if (!otherLetters.test(text)) return [];
    const flat = flatten(text.toLowerCase());
    const stretches = stretchesOf(flat.text);
    const languages = othersIn(stretches.map(({ text }) => text).join('\n'));
    const found = judged(
      [...hitsIn(flat.text, languages, stretches), ...pretended(madeUpWorlds.others, stretches)],
      passage,
    );
    return found.map((one) => ({ ...one, start: flat.at(one.start), end: flat.at(one.end) }));
  },
};

const otherLetters = /[\u0370-\u04ff\u0590-\u06ff\u0900-\u09ff\u0e00-\u0e7f\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]/;
const manyOtherLetters = new RegExp(`${otherLetters.source}+`, 'g');

/** Part of a text, and where it stands there. */
interface Stretch {
  readonly text: string;
  readonly from: number;
}

/** What is written in another script, with what stands between: often no more than the name of a language in a list. */
function stretchesOf(text: string): readonly Stretch[] {
  const places: { from: number; to: number }[] = [];
  for (const { 0: letters, index } of text.matchAll(manyOtherLetters)) {
    const to = index + letters.length + aroundChars;
    const last = places.at(-1);
    if (last !== undefined && index - aroundChars <= last.to) last.to = to;
    else places.push({ from: Math.max(0, index - aroundChars), to });
  }
  return places.map(({ from, to }) => ({ text: text.slice(from, to), from }));
}

/** More than a phrase has between two words of its language. */
const aroundChars = 50;

/** Of the same length, but for texts whose accents stand alone. */
function withoutAccents(plain: string): string {
  if (!accented.test(plain)) return plain;
  // biome-ignore format: one list
  return plain.replaceAll('đ', 'd').replaceAll('ı', 'i').replaceAll('ł', 'l').normalize('NFC').normalize('NFD').replace(/[\u0300-\u036f]/g, '');
}

/** Letters with accents, and accents alone. */
const accented = /[\u00c0-\u036f\u1e00-\u1eff]/;

/** The languages in Latin letters that a text may be in: looked for one by one, their words cost more than all else. */
function latinIn(text: string): readonly Language[] {
  latinSearch ??= createKeywords(latinLanguages.map(({ words }) => words));
  const here = new Set<number>();
  latinSearch.find(text, (index) => here.add(index));
  return latinLanguages.filter((_, index) => here.has(index));
}

let latinSearch: Keywords | undefined;

/** The languages of other scripts of which there is a letter. */
function othersIn(text: string): readonly Language[] {
  return otherLanguages.filter((language) => lettersOf(language).test(text));
}

/** Any of the letters that the phrases of a language are written in. */
function lettersOf(language: Language): RegExp {
  const known = letters.get(language);
  if (known !== undefined) return known;
  const patterns = phrases.map((act) => language[act].source).join('') + language.ignore + language.say;
  const own = new RegExp(`[${patterns.replace(/[\0-\u036f\u2000-\u206f\u3000-\u303f\uff00-\uffef]/g, '')}]`);
  letters.set(language, own);
  return own;
}

const letters = new Map<Language, RegExp>();

const phrases = ['override', 'secrecy', 'reveal', 'task', 'first'] as const;
const anyLanguage: readonly (readonly [Act, RegExp])[] = [
  ['secretPath', cues.find(({ name }) => name === 'secretPath')?.pattern ?? /$^/g],
  ['address', /https?:\/\/|[\w.+-]{1,40}@[\w-]{1,40}\.\w/g],
];
const disobeying = new Map(
  [...latinLanguages, ...otherLanguages].map(({ language, ignore, say }) => [
    language,
    new RegExp(`${ignore}[^.!?。\n]{0,60}?${say}`, 'g'),
  ]),
);

/** The phrases of the languages that a text may be in, and, where there are any, what means the same in all languages. */
function hitsIn(text: string, languages: readonly Language[], stretches: readonly Stretch[]): readonly Hit[] {
  const hits = languages.flatMap((language) => hitsOfLanguage(text, language, stretches));
  const language = hits[0]?.language;
  if (language === undefined) return [];
  return [...hits, ...anyLanguage.flatMap(([act, pattern]) => hitsOf(act, pattern, whole(text), language))];
}

function hitsOfLanguage(text: string, language: Language, stretches: readonly Stretch[]): readonly Hit[] {
  const name = language.language;
  // A search for a word costs a tenth of one for a phrase. What is said first means nothing alone, and is named by common words.
  const isSilent = language.words.length > 0 && !language.words.some((word) => text.includes(word));
  if (isSilent) return hitsOf('first', language.first, stretches, name);
  return [
    ...phrases.flatMap((act) => hitsOf(act, language[act], stretches, name)),
    ...hitsOf('disobey', disobeying.get(name) as RegExp, stretches, name),
  ];
}

const pretended = (pattern: RegExp, stretches: readonly Stretch[]) =>
  hitsOf('pretend', pattern, stretches, 'another language');

const whole = (text: string): readonly Stretch[] => [{ text, from: 0 }];

const hitsOfActMax = 4;

function hitsOf(act: Act, pattern: RegExp, stretches: readonly Stretch[], language: string): readonly Hit[] {
  const hits: Hit[] = [];
  for (const { text, from } of stretches) {
    pattern.lastIndex = 0;
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
      const start = from + match.index;
      hits.push({ act, language, start, end: start + match[0].length });
      if (hits.length < hitsOfActMax) continue;
      pattern.lastIndex = 0; // Others use it too.
      return hits;
    }
  }
  return hits;
}

function judged(hits: readonly Hit[], { surface }: Passage): readonly Found[] {
  const poisoned = surface === 'tool_description';
  const found = hits.map((hit): Found => {
    const { act, language, start, end } = hit;
    const pair = heaviestPair(hit, hits);
    const also = pair === undefined ? '' : ` and ${acts[pair.act].says}`;
    return {
      rule: `${poisoned ? 'poison' : 'injection'}.${ruleName(act)}_translated`,
      owasp: poisoned ? 'MCP03:2025' : 'MCP06:2025',
      weight: pair?.weight ?? acts[act].weight,
      reason: `The text ${acts[act].says}${also}, in ${language}.`,
      start,
      end,
    };
  });
  return found.filter(({ weight }) => weight > 0);
}

function heaviestPair(hit: Hit, hits: readonly Hit[]): { readonly act: Act; readonly weight: number } | undefined {
  let best: { readonly act: Act; readonly weight: number } | undefined;
  for (const [first, second, weight] of together) {
    if (first !== hit.act || weight <= (best?.weight ?? 0)) continue;
    if (hits.some(({ act, start }) => act === second && Math.abs(start - hit.start) <= near)) {
      best = { act: second, weight };
    }
  }
  return best;
}

const ruleName = (act: Act) => act.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
