/** A text on one line, with its paragraphs kept apart. */
export interface Flat {
  readonly text: string;
  /** Where a place in it stands in the text as it was. */
  at(place: number): number;
}

/** Takes line breaks and indentation for single spaces: how a text is wrapped is no part of what it says. */
export function flatten(text: string): Flat {
  if (!/[\n\r\t]| {2}/.test(text)) return { text, at: (place) => place };
  const flat = text
    .replace(/\r?\n[^\S\n]*\n\s*/g, paragraph)
    .replace(/\s+/g, ' ')
    .replaceAll(paragraph, '\n');
  let places: Int32Array | undefined;
  return {
    text: flat,
    at(place) {
      places ??= placesOf(text, flat); // Most texts are never asked.
      return places[place] ?? text.length;
    },
  };
}

const paragraph = '\u0001';

function placesOf(text: string, flat: string): Int32Array {
  const places = new Int32Array(flat.length + 1);
  let at = 0;
  for (let place = 0; place < flat.length; place++) {
    places[place] = at;
    if (!isSpace(flat.charCodeAt(place))) at++;
    else while (at < text.length && isSpace(text.charCodeAt(at))) at++;
  }
  places[flat.length] = text.length;
  return places;
}

const isSpace = (code: number) => code <= 0x20 || /\s/.test(String.fromCharCode(code));
