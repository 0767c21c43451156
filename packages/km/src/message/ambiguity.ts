import type { OpaqueReason } from '@kilometers/core/record.ts';

/** Deepest nesting that is read. jq 1.6 gives up on a whole file over one line nested 257 deep. */
const depthMax = 128;

/** From here on an object's keys are compared through a Set: one after the other would be quadratic. */
const keysComparedMax = 32;

/** Strings longer than this are skipped by a native search, which costs as much to call as so many steps. */
const stepsMax = 48;

const quote = 0x22;
const comma = 0x2c;
const openArray = 0x5b;
const backslash = 0x5c;
const closeArray = 0x5d;
const openObject = 0x7b;
const closeObject = 0x7d;

/** The keys of the object open at each depth; made once, because every message needs them. */
const keysByDepth: Keys[] = [];

/**
 * Finds what makes parsers disagree about a JSON text, or fail on it: a key that an object has twice, and nesting deeper
 * than 128.
 *
 * @param json UTF-8 that JSON.parse has accepted; nothing is validated here.
 */
export function findAmbiguity(json: Uint8Array): OpaqueReason | undefined {
  const arrays: boolean[] = []; // One entry for each open bracket: whether it is an array's.
  let keyNext = false;
  for (let i = 0; i < json.length; i++) {
    const byte = json[i];
    if (byte === quote) {
      const end = endOfString(json, i + 1);
      if (keyNext && !keysAt(arrays.length).add(json, i + 1, end)) return 'duplicate-key';
      keyNext = false;
      i = end;
    } else if (byte === comma) {
      keyNext = arrays[arrays.length - 1] === false;
    } else if (byte === openObject || byte === openArray) {
      if (arrays.length === depthMax) return 'too-deep';
      keyNext = byte === openObject;
      arrays.push(!keyNext);
      if (keyNext) keysAt(arrays.length).clear();
    } else if (byte === closeObject || byte === closeArray) {
      arrays.pop();
    }
  }
  return undefined;
}

function keysAt(depth: number): Keys {
  let keys = keysByDepth[depth];
  if (keys === undefined) {
    keys = new Keys();
    keysByDepth[depth] = keys;
  }
  return keys;
}

/** Index of the quote that ends the string whose text begins at `start`. */
function endOfString(json: Uint8Array, start: number): number {
  let i = start;
  for (let steps = 0; ; steps++) {
    const byte = json[i];
    if (byte === quote) return i;
    i += byte === backslash ? 2 : 1;
    if (steps !== stepsMax) continue;
    const end = json.indexOf(quote, i);
    if (json[end - 1] !== backslash) return end;
    steps = 0; // An escaped quote seldom comes alone (JSON within a string): walk on for a while.
  }
}

/** The keys of one object, as places in the text: most objects have few, and no string need be made of them. */
class Keys {
  readonly #places: number[] = [];
  #count = 0;
  #names: Set<string> | undefined;

  clear(): void {
    this.#count = 0;
    this.#names = undefined;
  }

  /** False when the object has the key already. */
  add(json: Uint8Array, start: number, end: number): boolean {
    // An escaped key can be spelt in several ways; only its decoded name tells.
    if (!this.#names && (this.#count === 2 * keysComparedMax || hasEscape(json, start, end))) this.#useNames(json);
    if (this.#names) return addName(this.#names, nameAt(json, start, end));
    const places = this.#places;
    for (let k = 0; k < this.#count; k += 2) {
      if (sameBytes(json, places[k] as number, places[k + 1] as number, start, end)) return false;
    }
    places[this.#count++] = start;
    places[this.#count++] = end;
    return true;
  }

  #useNames(json: Uint8Array): void {
    const names = new Set<string>();
    for (let k = 0; k < this.#count; k += 2) {
      names.add(nameAt(json, this.#places[k] as number, this.#places[k + 1] as number));
    }
    this.#names = names;
  }
}

function addName(names: Set<string>, name: string): boolean {
  const before = names.size;
  return names.add(name).size > before;
}

const decoder = new TextDecoder();

function nameAt(json: Uint8Array, start: number, end: number): string {
  return JSON.parse(decoder.decode(json.subarray(start - 1, end + 1))) as string;
}

function sameBytes(json: Uint8Array, start: number, end: number, otherStart: number, otherEnd: number): boolean {
  const length = end - start;
  if (length !== otherEnd - otherStart) return false;
  for (let i = 0; i < length; i++) {
    if (json[start + i] !== json[otherStart + i]) return false;
  }
  return true;
}

function hasEscape(json: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (json[i] === backslash) return true;
  return false;
}
