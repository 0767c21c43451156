import { prepare } from '../text/prepare.ts';

/** How like two names are. */
export type Likeness = 'same' | 'spelling' | 'number' | 'slip' | 'look';

/** A name made ready to be compared with many others. */
export interface Name {
  readonly text: string;
  /** Without separators and case: `readFile` and `read_file` are the same. */
  readonly plain: string;
  /** The same with letters that look alike made one. */
  readonly skeleton: string;
  readonly words: readonly string[];
}

/** Short names are alike by accident. */
const charsMin = 5;

export function nameOf(text: string): Name {
  const folded = prepare(text.replace(/([a-z0-9])([A-Z])/g, '$1_$2')).plain.toLowerCase();
  const words = folded.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  const plain = words.join('');
  return { text, plain, skeleton: skeletonOf(plain), words };
}

function skeletonOf(plain: string): string {
  const letters = plain.replaceAll('rn', 'm').replaceAll('vv', 'w');
  return letters.replace(/[1i|]/g, 'l').replaceAll('0', 'o').replaceAll('5', 's');
}

/**
 * `same` to the letter; `spelling`: but for case and separators, or for letters that only look the same to a parser;
 * `look`: letters that look alike; `number`: singular and plural; `slip`: one letter of a long word.
 */
export function likeness(a: Name, b: Name): Likeness | undefined {
  if (a.text === b.text) return 'same';
  if (a.plain.length < charsMin || b.plain.length < charsMin) return undefined;
  // Equal only once letters of other alphabets are made Latin: nobody spells a name so without a reason.
  if (a.plain === b.plain) return isAscii(a.text) && isAscii(b.text) ? 'spelling' : 'look';
  if (a.skeleton === b.skeleton) return 'look';
  const [one, other] = onlyDifference(a.words, b.words) ?? [];
  if (one === undefined || other === undefined) return undefined;
  if (isPlural(one, other) || isPlural(other, one)) return 'number';
  return isSlip(one, other) ? 'slip' : undefined;
}

/** Finds, among many names, those that are like one: what a machine knows may be thousands. */
export class NameIndex<T> {
  readonly #rows = new Map<string, { readonly name: Name; readonly value: T }[]>();

  constructor(rows: Iterable<{ readonly name: Name; readonly value: T }>) {
    for (const row of rows) {
      for (const key of keysOf(row.name)) {
        const before = this.#rows.get(key);
        if (before) before.push(row);
        else this.#rows.set(key, [row]);
      }
    }
  }

  like(name: Name): readonly { readonly value: T; readonly like: Likeness }[] {
    const near = new Set(keysOf(name).flatMap((key) => this.#rows.get(key) ?? []));
    return [...near].flatMap((row) => {
      const like = likeness(name, row.name);
      return like === undefined ? [] : [{ value: row.value, like }];
    });
  }
}

/** Names that are alike share one of these: the skeleton, or all words but one. */
function keysOf({ skeleton, words }: Name): readonly string[] {
  const holes = words.slice(0, 8).map((_, hole) => words.map((word, at) => (at === hole ? '*' : word)).join(' '));
  return [
    `=${skeleton}`,
    ...holes.filter((key) => key !== '*'),
    ...(words.length === 1 ? [`*${words[0]?.slice(0, 1)}`, `*${words[0]?.slice(1, 2)}`] : []),
  ];
}

const isAscii = (text: string): boolean => /^[\u0020-\u007e]*$/.test(text);

/** The one pair of words in which two names differ. */
function onlyDifference(a: readonly string[], b: readonly string[]): readonly [string, string] | undefined {
  if (a.length !== b.length) return undefined;
  const at = a.findIndex((word, index) => word !== b[index]);
  const isOnly = at !== -1 && a.slice(at + 1).every((word, index) => word === b[at + 1 + index]);
  return isOnly ? [a[at] as string, b[at] as string] : undefined;
}

function isPlural(one: string, many: string): boolean {
  return many === `${one}s` || many === `${one}es` || (one.endsWith('y') && many === `${one.slice(0, -1)}ies`);
}

/** One letter added, left out, exchanged, or swapped with its neighbour. `v1` and `v2`, `get` and `set` are words of their own. */
function isSlip(a: string, b: string): boolean {
  if (a.length < charsMin || b.length < charsMin || Math.abs(a.length - b.length) > 1) return false;
  let head = 0;
  while (head < a.length && a[head] === b[head]) head++;
  if (/\d/.test(a.slice(head, head + 1) + b.slice(head, head + 1))) return false;
  const [restA, restB] = [a.slice(head), b.slice(head)];
  const isSwap = restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2);
  return isSwap || restA.slice(1) === restB.slice(1) || restA.slice(1) === restB || restA === restB.slice(1);
}
