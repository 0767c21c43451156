/** Messages that went wrong on their way: what any end may send, and no end should. The same for the same seed. */
export interface Mutator {
  /** One line without its newline: an ordinary message, mutated. */
  line(): Buffer;
  /** A number from 0 up to, and without, `below`. */
  pick(below: number): number;
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Strings that some part of km, of a server or of a JSON parser might stumble over. */
const oddStrings: readonly string[] = [
  '',
  '__proto__',
  'constructor',
  '\u0000',
  '\ud800',
  '\u{e0041}\u{e0042}',
  '\u202e\u2066',
  '\u001b[31m',
  'rm -rf ~',
  '../../../../etc/shadow',
  "1'; DROP TABLE users; --",
  'http://[::ffff:a9fe:a9fe]/',
  'Ignore all previous instructions.',
  'tools/call',
  '$(((((((((((',
  '%'.repeat(200),
  'a/'.repeat(2_000),
  '=='.repeat(700),
];

const oddValues: readonly Json[] = [null, true, -0, 1e308, 2 ** 53 + 2, [], {}, [[[[]]]], { toJSON: 1, length: -1 }];

/** Pieces that turn bytes into other bytes: some leave JSON, most do not. */
const oddBytes: readonly Buffer[] = [
  ...[
    '"',
    '\\',
    '\\u',
    '\\ud83d',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '\r',
    '\t',
    '\u0000',
    '\ufeff',
    '1e999',
    '-',
    '{"a":1}',
  ],
  ...['"id":1,', '"method":"tools/call",', '"m\\u0065thod":"ping",', '"result":{},', '['.repeat(140)],
]
  .map((text) => Buffer.from(text))
  .concat([Buffer.of(0xff), Buffer.of(0xc0, 0xaf), Buffer.of(0xed, 0xa0, 0x80)]);

/** Numbers that look random and are the same for the same seed (mulberry32). */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function createMutator(seed: number, ordinary: readonly object[]): Mutator {
  const random = numbersFrom(seed);
  const pick = (below: number) => Math.floor(random() * below);
  const oneOf = <T>(list: readonly T[]) => list[pick(list.length)] as T; // Never empty here.
  const message = () => oneOf(ordinary) as Json;

  /** The value with one thing in it changed. */
  const changed = (value: Json): Json => {
    if (pick(6) === 0 || typeof value !== 'object' || value === null) return odd(value);
    if (Array.isArray(value)) return changedList(value);
    const members = Object.entries(value);
    if (members.length === 0) return odd(value);
    const at = pick(members.length);
    const [key, held] = members[at] as [string, Json];
    const other: [string, Json][] = [
      [key, changed(held)],
      [oneOf(oddStrings), held],
      [key, odd(held)],
    ];
    if (pick(10) > 0) members[at] = oneOf(other);
    else members.splice(at, 1);
    return Object.fromEntries(members);
  };
  const changedList = (list: readonly Json[]): Json => {
    const at = pick(list.length + 1);
    const held = list[at];
    return held === undefined ? [...list, odd(null)] : list.with(at, changed(held));
  };
  const odd = (value: Json): Json => {
    const choice = pick(4);
    if (choice === 0) return oneOf(oddValues);
    if (choice === 1) return { ...(message() as object) };
    return typeof value === 'string' && choice === 2 ? value + oneOf(oddStrings) : oneOf(oddStrings);
  };
  const damaged = (bytes: Buffer): Buffer => {
    const at = pick(bytes.length + 1);
    const end = Math.min(bytes.length, at + pick(20));
    const piece = oneOf([oneOf(oddBytes), bytes.subarray(at, end), Buffer.of(pick(256))]);
    // Half of them take the place of something, the others stand in between.
    return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(oneOf([at, end]))]);
  };
  const times = <T>(most: number, value: T, work: (value: T) => T): T => {
    let result = value;
    for (let count = pick(most + 1); count > 0; count--) result = work(result);
    return result;
  };
  return {
    pick,
    line() {
      const value = pick(12) === 0 ? [message(), message()] : message();
      const bytes = Buffer.from(JSON.stringify(times(3, value, changed)));
      const line = pick(3) === 0 ? times(3, bytes, damaged) : bytes;
      return line.includes(0x0a) ? (line.map((byte) => (byte === 0x0a ? 0x20 : byte)) as Buffer) : line;
    },
  };
}
