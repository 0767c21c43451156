import { textSearchWasm } from './text-search-wasm.ts';

/** What the module in WebAssembly offers; its memory is laid out as text-search.wat says. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  plain(at: number, to: number): number;
  word(at: number, to: number): number;
}

/** The part of WebAssembly that is used; neither Node's types nor the language's name it. */
interface Engine {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: object };
}

const tablesAt = 256;
const hashesAt = 512;
const hashCount = 16_384;
const textAt = 32_768;
/** So much text is searched at once. */
export const searchedBytes = 65_536;
const wordBytes = 4;

/** Searches bytes many at a time. The text is copied into the memory of the search, a window at a time. */
export class TextSearch {
  readonly #exports: Exports;
  readonly #memory: Uint8Array;
  readonly #window: Uint8Array;
  /** The part of the text that the window holds. */
  #from = 0;
  #to = 0;

  constructor(exports: Exports) {
    this.#exports = exports;
    this.#memory = new Uint8Array(exports.memory.buffer);
    this.#window = this.#memory.subarray(textAt, textAt + searchedBytes);
    for (const character of '"\\/bfnrt') this.#flag(character, 1);
    for (const character of '0123456789abcdefABCDEF') this.#flag(character, 2);
  }

  /**
   * @param groups Words of four ASCII characters, in eight groups at most: the fewer different characters a group has at
   *   each of the four places, the faster the search.
   */
  useWords(groups: readonly (readonly string[])[]): void {
    for (const [group, words] of groups.entries()) {
      for (const word of words) this.#addWord(word, 1 << group);
    }
  }

  /** Forgets the text before. Called before the first search in another text. */
  begin(): void {
    this.#from = 0;
    this.#to = 0;
  }

  /**
   * The first place from `at` on that is neither a plain character of a JSON string nor a whole escape. May stop sooner
   * at an escape, when the window ends.
   */
  plain(text: Uint8Array, at: number): number {
    let stop = at;
    do {
      if (stop < this.#from || stop >= this.#to) this.#load(text, stop);
      const offset = textAt - this.#from;
      stop = this.#exports.plain(stop + offset, this.#to + offset) - offset;
    } while (stop === this.#to && stop < text.length);
    return stop;
  }

  /** The first place from `at` on where four bytes may be one of the words; -1 when there is none. */
  word(text: Uint8Array, at: number): number {
    const last = text.length - wordBytes;
    for (let next = at; next <= last; next = this.#to - wordBytes + 1) {
      if (next < this.#from || next + wordBytes > this.#to) this.#load(text, next);
      const offset = textAt - this.#from;
      const found = this.#exports.word(next + offset, this.#to - wordBytes + 1 + offset);
      if (found !== -1) return found - offset;
    }
    return -1;
  }

  #load(text: Uint8Array, from: number): void {
    this.#from = from;
    this.#to = Math.min(text.length, from + searchedBytes);
    this.#window.set(from === 0 && this.#to === text.length ? text : text.subarray(from, this.#to));
  }

  #flag(character: string, flag: number): void {
    const code = character.charCodeAt(0);
    this.#memory[code] = (this.#memory[code] as number) | flag;
  }

  #addWord(word: string, bit: number): void {
    let bytes = 0;
    for (let place = 0; place < wordBytes; place++) {
      const code = word.charCodeAt(place);
      const table = tablesAt + place * 32;
      for (const half of [table + (code & 15), table + 16 + (code >> 4)]) {
        this.#memory[half] = (this.#memory[half] as number) | bit;
      }
      bytes |= code << (8 * place);
    }
    this.#memory[hashesAt + ((Math.imul(bytes, 0x9e3779b1) >>> 18) % hashCount)] = 1;
  }
}

/** A search with a memory of its own; undefined where there is no WebAssembly, or none that takes sixteen bytes at once. */
export function createTextSearch(): TextSearch | undefined {
  const engine = (globalThis as { WebAssembly?: Engine }).WebAssembly;
  if (engine === undefined) return undefined;
  try {
    const module = new engine.Module(Uint8Array.from(atob(textSearchWasm), (character) => character.charCodeAt(0)));
    return new TextSearch(new engine.Instance(module).exports as Exports);
  } catch {
    return undefined; // A processor or a build without SIMD: the callers know a slower way.
  }
}
