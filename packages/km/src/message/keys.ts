/** From here on an object's keys are compared through a Set: one after the other would be quadratic. */
const comparedMax = 32;

const backslash = 0x5c;

const decoder = new TextDecoder();

/** The keys of one object, as places in its JSON text: most objects have few, and no string need be made of them. */
export class Keys {
  readonly #places: number[] = [];
  #count = 0;
  #names: Set<string> | undefined;

  clear(): void {
    this.#count = 0;
    this.#names = undefined;
  }

  /** False when the object has the key already. The key stands between its quotes at `start` and `end`. */
  add(json: Uint8Array, start: number, end: number): boolean {
    // An escaped key can be spelt in several ways; only its decoded name tells.
    if (!this.#names && (this.#count === 2 * comparedMax || hasEscape(json, start, end))) this.#useNames(json);
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
