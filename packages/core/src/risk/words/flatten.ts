import { placeAt } from '../text/steps.ts';

/** A text on one line, with its paragraphs kept apart. */
export interface Flat {
  readonly text: string;
  /** Where a place in it stands in the text as it was. */
  at(place: number): number;
}

/** Takes line breaks and indentation for single spaces: how a text is wrapped is no part of what it says. */
export function flatten(text: string): Flat {
  const flat = joinLines(text);
  if (flat === text) return { text, at: (place) => place };
  let steps: readonly number[] | undefined;
  return {
    text: flat,
    at(place) {
      steps ??= stepsOf(text, flat); // Most texts are never asked.
      return Math.min(placeAt(steps, place), text.length);
    },
  };
}

/** Patterns that begin with one character, and leave single spaces alone: passed over fast, where any more would be slow. */
const emptyLines = /\n[^\S\n]*\n\s*/g;
const blanks = /[^\S ]\s*| \s+/g;
const paragraph = '\u0001';

function joinLines(text: string): string {
  if (!text.includes('\n')) return text.replace(blanks, ' ');
  const marked = text.replace(emptyLines, paragraph);
  const joined = marked.replace(blanks, ' ');
  return marked === text ? joined : joined.replaceAll(paragraph, '\n');
}

/** Pairs of places in `flat` and in `text`: from each on, both run in step. */
function stepsOf(text: string, flat: string): number[] {
  const steps = [0, 0];
  let at = 0;
  for (let place = 0; place < flat.length; place++) {
    if (!isBlank(flat.charCodeAt(place))) {
      at++;
      continue;
    }
    const start = at;
    while (at < text.length && isBlank(text.charCodeAt(at))) at++;
    if (at - start !== 1) steps.push(place + 1, at);
  }
  return steps;
}

function isBlank(code: number): boolean {
  if (code <= 0x20) return code === 0x20 || (code >= 0x09 && code <= 0x0d);
  return code >= 0xa0 && otherBlank.test(String.fromCharCode(code));
}

const otherBlank = /\s/;
