import type { OpaqueReason } from '@kilometers/core/record.ts';

/** Deepest nesting that is read. jq 1.6 gives up on a whole file over one line nested 257 deep. */
const depthMax = 128;

/** From here on an object's keys are compared through a Set: one after the other would be quadratic. */
const keysComparedMax = 32;

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openObject = 0x7b;
const closeObject = 0x7d;
const openArray = 0x5b;
const closeArray = 0x5d;

/**
 * Finds what makes parsers disagree about a JSON text, or fail on it: a key that an object has twice, and nesting deeper
 * than 128.
 *
 * @param json A text that JSON.parse has accepted; nothing is validated here.
 */
export function findAmbiguity(json: string): OpaqueReason | undefined {
  const objects: (Keys | undefined)[] = []; // One entry for each open bracket; undefined for arrays.
  let keys: Keys | undefined;
  let keyNext = false;
  for (let i = 0; i < json.length; i++) {
    switch (json.charCodeAt(i)) {
      case quote: {
        const end = endOfString(json, i + 1);
        if (keyNext && keys && !keys.add(json, i + 1, end)) return 'duplicate-key';
        keyNext = false;
        i = end;
        break;
      }
      case openObject:
      case openArray:
        if (objects.length === depthMax) return 'too-deep';
        keyNext = json.charCodeAt(i) === openObject;
        keys = keyNext ? new Keys() : undefined;
        objects.push(keys);
        break;
      case closeObject:
      case closeArray:
        objects.pop();
        keys = objects.at(-1);
        break;
      case comma:
        keyNext = keys !== undefined;
        break;
      case colon:
        keyNext = false;
    }
  }
  return undefined;
}

/** Index of the quote that ends the string whose text begins at `start`. */
function endOfString(json: string, start: number): number {
  const end = json.indexOf('"', start);
  if (json.charCodeAt(end - 1) !== backslash) return end;
  // One escaped quote seldom comes alone (JSON within a string): from here on a search for each would cost more.
  let i = start;
  for (let code = json.charCodeAt(i); code !== quote; code = json.charCodeAt(i)) i += code === backslash ? 2 : 1;
  return i;
}

/** The keys of one object, as places in the text: most objects have few, and no string need be made of them. */
class Keys {
  #places: number[] = [];
  #names: Set<string> | undefined;

  /** False when the object has the key already. */
  add(json: string, start: number, end: number): boolean {
    // An escaped key can be spelt in several ways; only its decoded name tells.
    if (!this.#names && (this.#places.length === 2 * keysComparedMax || hasEscape(json, start, end))) {
      this.#names = namesAt(json, this.#places);
    }
    if (this.#names) return addName(this.#names, nameAt(json, start, end));
    for (let k = 0; k < this.#places.length; k += 2) {
      if (sameText(json, this.#places[k] as number, this.#places[k + 1] as number, start, end)) return false;
    }
    this.#places.push(start, end);
    return true;
  }
}

function addName(names: Set<string>, name: string): boolean {
  const before = names.size;
  return names.add(name).size > before;
}

function namesAt(json: string, places: readonly number[]): Set<string> {
  const names = new Set<string>();
  for (let k = 0; k < places.length; k += 2) names.add(nameAt(json, places[k] as number, places[k + 1] as number));
  return names;
}

function nameAt(json: string, start: number, end: number): string {
  const source = json.slice(start, end);
  return source.includes('\\') ? (JSON.parse(`"${source}"`) as string) : source;
}

function sameText(json: string, start: number, end: number, otherStart: number, otherEnd: number): boolean {
  const length = end - start;
  if (length !== otherEnd - otherStart) return false;
  for (let i = 0; i < length; i++) {
    if (json.charCodeAt(start + i) !== json.charCodeAt(otherStart + i)) return false;
  }
  return true;
}

function hasEscape(json: string, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (json.charCodeAt(i) === backslash) return true;
  return false;
}
