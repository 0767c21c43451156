import { placeAt } from '../text/steps.ts';

/** A text on one line, with its paragraphs kept apart. */
export interface Flat {
  readonly text: string;
  /** Where a place in it stands in the text as it was. */
  at(place: number): number;
}

/** Takes line breaks and indentation for single spaces: how a text is wrapped is no part of what it says. */
export function flatten(text: string): Flat {
  let flat = '';
  let copied = 0;
  // Pairs of places in `flat` and in `text`: from each on, both run in step.
  const steps = [0, 0];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > space && code < noBreakSpace) continue;
    if (!isSpace(code) || (code === space && !isSpace(text.charCodeAt(at + 1)))) continue;
    const end = endOfSpace(text, at);
    const gap = gapFor(text, at, end);
    flat += text.slice(copied, at);
    flat += gap;
    if (gap.length !== end - at) steps.push(flat.length, end);
    copied = end;
    at = end - 1;
  }
  if (copied === 0) return { text, at: (place) => place };
  flat += text.slice(copied);
  return { text: flat, at: (place) => Math.min(placeAt(steps, place), text.length) };
}

const space = 0x20;
const noBreakSpace = 0xa0;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

function isSpace(code: number): boolean {
  if (code <= space) return code === space || (code >= 0x09 && code <= 0x0d);
  return code >= noBreakSpace && otherSpace.test(String.fromCharCode(code));
}

const otherSpace = /\s/;

function endOfSpace(text: string, from: number): number {
  let end = from + 1;
  while (end < text.length && isSpace(text.charCodeAt(end))) end++;
  return end;
}

/** What stands for a stretch of white space: a line end where it has an empty line, else a space. */
function gapFor(text: string, start: number, end: number): string {
  let lineFeeds = 0;
  let first = start;
  for (let at = start; at < end; at++) {
    if (text.charCodeAt(at) !== lineFeed) continue;
    if (lineFeeds === 0) first = at;
    lineFeeds++;
  }
  if (lineFeeds < 2) return ' ';
  const from = text.charCodeAt(first - 1) === carriageReturn ? first - 1 : first;
  return from > start ? ' \n' : '\n';
}
