import { createKeywords, type Keywords } from '../text/keywords.ts';
import type { Cue, CueName, Sighting } from './cue.ts';
import { flatten } from './flatten.ts';

/** The cues of a plain text, in their order in it. */
export type Sighter = (plain: string) => readonly Sighting[];

const sightingsOfCueMax = 8;

/** How far from one of its words a cue may begin and end. */
const before = 160;
const after = 360;

/**
 * Searches for the words of all cues at once, and then for the patterns of those whose words are there, near the words only:
 * the patterns together would cost more than all the rest of the engine.
 *
 * @param leads Cues that mean something alone. Where none of them is, the others are not looked for.
 */
export function createSighter(cues: readonly Cue[], leads: (name: CueName) => boolean): Sighter {
  let words: Keywords | undefined; // Made when first needed: not every run judges.
  return (plain) => {
    words ??= createKeywords(cues.map(({ needs }) => needs));
    const flat = flatten(plain);
    const here = placesOfWords(flat.text, words, cues);
    const look = ({ cue, ends }: Near) => {
      // Where lines begin is told by the text as it is.
      if (cue.byLine === true) return sightingsIn(plain, cue, ends.map(flat.at));
      const place = (one: Sighting) => ({ ...one, start: flat.at(one.start), end: flat.at(one.end) });
      return sightingsIn(flat.text, cue, ends).map(place);
    };
    const leading = here.filter(({ cue }) => leads(cue.name)).flatMap(look);
    if (leading.length === 0) return [];
    const others = here.filter(({ cue }) => !leads(cue.name)).flatMap(look);
    return [...leading, ...others].sort((a, b) => a.start - b.start);
  };
}

/** A cue, and where its words end, in their order. */
interface Near {
  readonly cue: Cue;
  readonly ends: readonly number[];
}

function placesOfWords(text: string, words: Keywords, cues: readonly Cue[]): readonly Near[] {
  const ends = new Map<number, number[]>();
  words.findAll(text, (index, end) => {
    const known = ends.get(index);
    if (known === undefined) ends.set(index, [end]);
    else known.push(end);
  });
  return [...ends].map(([index, places]) => ({ cue: cues[index] as Cue, ends: places }));
}

function sightingsIn(text: string, cue: Cue, ends: readonly number[]): readonly Sighting[] {
  const sightings: Sighting[] = [];
  for (const { from, to } of stretchesOf(text, ends, cue.byLine)) {
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

/** What is near to one of the words; what overlaps is one stretch. */
function stretchesOf(text: string, ends: readonly number[], byLine = false): readonly Stretch[] {
  if (text.length <= before + after) return [{ from: 0, to: text.length }];
  const stretches: Stretch[] = [];
  for (const end of ends) {
    const from = Math.max(0, end - before);
    const to = Math.min(text.length, end + after);
    const last = stretches.at(-1);
    if (last !== undefined && from <= last.to) last.to = to;
    else stretches.push({ from: cleanCut(text, from, byLine ? '\n' : ' '), to });
  }
  return stretches;
}

/** Half a word at the cut could be read as another word, and half a line as another line. */
function cleanCut(text: string, from: number, apart: string): number {
  const earliest = Math.max(0, from - cutCharsMax);
  const place = text.slice(earliest, from + 1).lastIndexOf(apart);
  return place === -1 ? from : earliest + place + 1;
}

const cutCharsMax = 40;

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
