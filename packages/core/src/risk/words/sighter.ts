import { createKeywords, type Keywords } from '../text/keywords.ts';
import type { Cue, CueName, Sighting } from './cue.ts';
import { type Flat, flatten } from './flatten.ts';

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
  const leading = cues.filter(({ name }) => leads(name));
  const others = cues.filter(({ name }) => !leads(name));
  // Made when first needed: not every run judges, and few texts need the second.
  let leadingWords: Keywords | undefined;
  let otherWords: Keywords | undefined;
  return (plain) => {
    leadingWords ??= createKeywords(leading.map(({ needs }) => needs));
    const flat = flatten(plain);
    const sightings = sightingsOf(leading, leadingWords, plain, flat);
    if (sightings.length === 0) return [];
    otherWords ??= createKeywords(others.map(({ needs }) => needs));
    return [...sightings, ...sightingsOf(others, otherWords, plain, flat)].sort((a, b) => a.start - b.start);
  };
}

function sightingsOf(cues: readonly Cue[], words: Keywords, plain: string, flat: Flat): readonly Sighting[] {
  const sightings: Sighting[] = [];
  for (const [index, ends] of placesOfWords(flat.text, words, cues.length).entries()) {
    if (ends === undefined) continue;
    const cue = cues[index] as Cue;
    // Where lines begin is told by the text as it is.
    if (cue.byLine === true) sightings.push(...sightingsIn(plain, cue, ends.map(flat.at)));
    else sightings.push(...sightingsIn(flat.text, cue, ends).map((one) => placed(one, flat)));
  }
  return sightings;
}

function placed(sighting: Sighting, flat: Flat): Sighting {
  return { ...sighting, start: flat.at(sighting.start), end: flat.at(sighting.end) };
}

/** Of each cue that has any: where its words end, in their order. */
function placesOfWords(text: string, words: Keywords, cues: number): readonly (readonly number[] | undefined)[] {
  const places: (number[] | undefined)[] = new Array(cues).fill(undefined);
  words.findAll(text, (index, end) => {
    const known = places[index];
    if (known === undefined) places[index] = [end];
    else known.push(end);
  });
  return places;
}

function sightingsIn(text: string, cue: Cue, ends: readonly number[]): readonly Sighting[] {
  const sightings: Sighting[] = [];
  const { pattern } = cue;
  for (const { from, to } of stretchesOf(text, ends, cue.byLine)) {
    const near = text.slice(from, to);
    pattern.lastIndex = 0; // Not `matchAll`: it makes the pattern anew each time.
    for (let match = pattern.exec(near); match !== null; match = pattern.exec(near)) {
      const start = from + match.index;
      const end = start + match[0].length;
      sightings.push({ cue, start, end, mention: cue.mentionable === true && isMention(text, start, end) });
      if (sightings.length < sightingsOfCueMax) continue;
      pattern.lastIndex = 0; // Others use it too.
      return sightings;
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
