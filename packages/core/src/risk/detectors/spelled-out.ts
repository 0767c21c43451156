import type { Detector, Found } from '../detector.ts';

/** Orders with the letters only, since nothing else is left of them here. */
const orders =
  /(?:ignore|disregard|forget|override|bypass)(?:all|any|every|everything|the|your|my|of|these|those){0,4}(?:previous|prior|above|earlier|preceding|instructions?|rules|guidelines|safety)|(?:reveal|print|show|repeat|send)(?:me|us|out|your|the|full|entire|hidden){0,4}systemprompt|(?:donot|dont|never)(?:tell|inform|mentionthisto|mentionitto|notify)(?:this|it|to|the|your|a|any){0,3}user/g;

/** Letters with a space, a dot, a dash or the like between each two. */
const apart = /(?<![a-z0-9])(?:[a-z0-9@$!|](?:[ .\-_*·|/]{1,3}|\n)){9,600}[a-z0-9@$!|](?![a-z0-9])/g;
/** A word with a digit in the midst of its letters, as nobody writes words. */
const digitsInWord = /[a-z][0134578@$!][a-z]|\b[1!]gn[o0]r/;
const digitsInWords = new RegExp(digitsInWord.source, 'g');
const wordsMin = 2;

const letters: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '@': 'a',
  $: 's',
  '!': 'i',
  '|': 'l',
};

/** Finds orders whose letters stand apart or are written as digits, so that no search for words sees them. */
export const spelledOut: Detector = {
  name: 'spelled-out',
  surfaces: ['tool_description', 'tool_result', 'user_prompt'],
  detect({ plain, offset }, { surface }) {
    const places: { readonly start: number; readonly end: number; readonly how: string }[] = [];
    for (const match of plain.matchAll(apart)) {
      if (says(match[0]))
        places.push({ start: match.index, end: match.index + match[0].length, how: 'its letters apart' });
    }
    const seen = plain.search(digitsInWord);
    const first = Math.max(0, seen - 40); // The order may begin with words that have no digit.
    if (seen !== -1 && (plain.match(digitsInWords)?.length ?? 0) >= wordsMin && says(plain.slice(first))) {
      places.push({ start: first, end: Math.min(plain.length, first + 200), how: 'digits for letters' });
    }
    const poisoned = surface === 'tool_description';
    return places.slice(0, 5).map(
      ({ start, end, how }): Found => ({
        rule: `${poisoned ? 'poison' : 'injection'}.spelled_out`,
        owasp: poisoned ? 'MCP03:2025' : 'MCP06:2025',
        weight: 0.85,
        reason: `The text gives an order to the model, written with ${how}.`,
        start: offset(start),
        end: offset(end),
      }),
    );
  },
};

/** Only what reads as an order after the change, and did not before: plain words have detectors of their own. */
function says(stretch: string): boolean {
  const changed = stretch
    .slice(0, stretchMax)
    .replace(/[0134578@$!|]/g, (sign) => letters[sign] as string)
    .replace(/[^a-z]/g, '');
  return [...changed.matchAll(orders)].length > 0;
}

const stretchMax = 4_000;
