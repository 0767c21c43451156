import { createKeywords } from '../text/keywords.ts';
import type { Cue, CueName, Sighting } from './cue.ts';
import { flatten } from './flatten.ts';

/** The cues of a plain text, in their order in it. */
export type Sighter = (plain: string) => readonly Sighting[];

const sightingsOfCueMax = 8;

/** How far from one of its words a cue may begin and end. */
const before = 160;
const after = 240;

/**
 * Searches for the words of all cues at once, and then for the patterns of those whose words are there, near the words only:
 * the patterns together would cost more than all the rest of the engine.
 *
 * @param leads Cues that mean something alone. Where none of them is, the others are not looked for.
 */
export function createSighter(cues: readonly Cue[], leads: (name: CueName) => boolean): Sighter {
  const words = createKeywords(cues.map(({ needs }) => needs));
  return (plain) => {
    const flat = flatten(plain);
    const here: Cue[] = [];
    words.find(flat.text, (index) => here.push(cues[index] as Cue));
    const look = (cue: Cue) =>
      cue.byLine === true
        ? sightingsIn(plain, cue)
        : sightingsIn(flat.text, cue).map((one) => ({ ...one, start: flat.at(one.start), end: flat.at(one.end) }));
    const leading = here.filter(({ name }) => leads(name)).flatMap(look);
    if (leading.length === 0) return [];
    const others = here.filter(({ name }) => !leads(name)).flatMap(look);
    return [...leading, ...others].sort((a, b) => a.start - b.start);
  };
}

function sightingsIn(text: string, cue: Cue): readonly Sighting[] {
  const sightings: Sighting[] = [];
  for (const { from, to } of stretchesOf(text, cue.needs)) {
    for (const match of text.slice(from, to).matchAll(cue.pattern)) {
      const start = from + match.index;
      const end = start + match[0].length;
      sightings.push({ cue, start, end, mention: cue.mentionable === true && isMention(text, start, end) });
      if (sightings.length === sightingsOfCueMax) return sightings;
    }
  }
  return sightings;
}

interface Stretch {
  readonly from: number;
  to: number;
}

/** Where one of the words is near; what overlaps is one stretch. */
function stretchesOf(text: string, words: readonly string[]): readonly Stretch[] {
  if (text.length <= before + after) return [{ from: 0, to: text.length }];
  const places: number[] = [];
  for (const word of words) {
    for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + after / 2)) places.push(at);
  }
  const stretches: Stretch[] = [];
  for (const at of places.sort((a, b) => a - b)) {
    const from = Math.max(0, at - before);
    const to = Math.min(text.length, at + after + after / 2);
    const last = stretches.at(-1);
    if (last !== undefined && from <= last.to) last.to = to;
    else stretches.push({ from: wordStart(text, from), to });
  }
  return stretches;
}

/** Half a word at the cut could be read as another word. */
function wordStart(text: string, from: number): number {
  const space = from === 0 ? -1 : text.lastIndexOf(' ', from);
  return from - space > 40 ? from : space + 1;
}

const lead = 90;
const speaksAbout =
  /\b(?:such as|e\.g\.|for example|examples?|phrases?|patterns?|strings? like|detect\w*|scans?|scanner|mock|expected|fixtures?|sample|attempts?|attacks?|injections?|asks? the agent|tries to|tried to|try to|illustrat\w+|known as|containing|refers?|attackers? (?:can|could|may|might)|malicious|jailbreaks?|payloads?|test case)\b[^.!?\n]{0,60}$/;
const openQuote = /["'`“‘«「][^"'`”’»」\n]{0,40}$/;
const closeQuote = /^[^"'`”’»」\n]{0,60}["'`”’»」]/;

function isMention(text: string, start: number, end: number): boolean {
  const lookedAt = text.slice(Math.max(0, start - lead), start);
  if (speaksAbout.test(lookedAt)) return true;
  return openQuote.test(lookedAt) && closeQuote.test(text.slice(end, end + lead));
}

/** Keywords for a detector: a line may end between two words of a cue, and the engine looks at the text as it is wrapped. */
export function keywordsOf(cues: readonly Cue[]): readonly string[] {
  const longest = (need: string) =>
    need
      .trim()
      .split(' ')
      .reduce((most, word) => (word.length > most.length ? word : most), '');
  return [
    ...new Set(cues.flatMap(({ needs }) => needs.map((need) => (need.trim().includes(' ') ? longest(need) : need)))),
  ];
}
