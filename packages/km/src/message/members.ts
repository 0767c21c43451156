/** Where a value stands in JSON text. */
export interface Place {
  readonly start: number;
  /** Behind its last byte. */
  readonly end: number;
}

/** A value to stand in another's place. */
export interface Edit {
  readonly place: Place;
  /** JSON. */
  readonly text: string;
}

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const openArray = 0x5b;
const backslash = 0x5c;
const closeArray = 0x5d;
const openObject = 0x7b;
const closeObject = 0x7d;

/**
 * Finds the value at the end of a path of names, such as `params`, `_meta`, `progressToken`; undefined when there is none.
 *
 * @param json One JSON value that was found to be well-formed (`scan.ts`): nothing is checked here.
 */
export function placeOf(json: Uint8Array, path: readonly string[]): Place | undefined {
  let place: Place = { start: space(json, 0), end: json.length };
  for (const name of path) {
    const found = member(json, place.start, name);
    if (found === undefined) return undefined;
    place = found;
  }
  return place;
}

/** Where the elements of an array stand, in their order. `json` as for `placeOf`. */
export function elementsOf(json: Uint8Array): Place[] {
  const places: Place[] = [];
  let i = space(json, 0);
  if (json[i] !== openArray) return places;
  i = space(json, i + 1);
  while (i < json.length && json[i] !== closeArray) {
    const end = valueEnd(json, i);
    places.push({ start: i, end });
    i = space(json, end);
    if (json[i] === comma) i = space(json, i + 1);
  }
  return places;
}

/** The same text with some values replaced; every other byte stays as it is. */
export function edited(json: Uint8Array, edits: readonly Edit[]): Uint8Array {
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (const { place, text } of [...edits].sort((a, b) => a.place.start - b.place.start)) {
    pieces.push(json.subarray(at, place.start), Buffer.from(text));
    at = place.end;
  }
  pieces.push(json.subarray(at));
  return Buffer.concat(pieces);
}

function member(json: Uint8Array, start: number, name: string): Place | undefined {
  if (json[start] !== openObject) return undefined;
  let i = space(json, start + 1);
  while (json[i] === quote) {
    const keyEnd = stringEnd(json, i);
    const value = space(json, colonAfter(json, keyEnd));
    const end = valueEnd(json, value);
    if (isName(json, i, keyEnd, name)) return { start: value, end };
    i = space(json, end);
    if (json[i] === comma) i = space(json, i + 1);
  }
  return undefined;
}

function colonAfter(json: Uint8Array, at: number): number {
  const i = space(json, at);
  return json[i] === colon ? i + 1 : json.length;
}

function isName(json: Uint8Array, start: number, end: number, name: string): boolean {
  const key = json.subarray(start, end);
  const text = Buffer.from(key.buffer, key.byteOffset, key.length).toString();
  return key.includes(backslash) ? JSON.parse(text) === name : text === `"${name}"`;
}

/** From the first byte of a value to behind its last. */
function valueEnd(json: Uint8Array, start: number): number {
  const first = json[start];
  if (first === quote) return stringEnd(json, start);
  if (first === openObject || first === openArray) return closedAt(json, start);
  let i = start;
  while (i < json.length && !endsWord(json[i] as number)) i++;
  return i;
}

/** Behind the bracket that closes the one at `start`. Those inside strings do not count. */
function closedAt(json: Uint8Array, start: number): number {
  let depth = 0;
  let i = start;
  do {
    const byte = json[i];
    i = byte === quote ? stringEnd(json, i) : i + 1;
    if (byte === openObject || byte === openArray) depth++;
    else if (byte === closeObject || byte === closeArray) depth--;
  } while (depth > 0 && i < json.length);
  return i;
}

function endsWord(byte: number): boolean {
  return byte === comma || byte === closeObject || byte === closeArray || isSpace(byte);
}

function stringEnd(json: Uint8Array, start: number): number {
  for (let end = json.indexOf(quote, start + 1); end !== -1; end = json.indexOf(quote, end + 1)) {
    let slashes = 0;
    while (json[end - 1 - slashes] === backslash) slashes++;
    if (slashes % 2 === 0) return end + 1;
  }
  return json.length;
}

function space(json: Uint8Array, at: number): number {
  let i = at;
  while (isSpace(json[i] as number)) i++;
  return i;
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}
