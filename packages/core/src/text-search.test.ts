import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { builtModule } from '../../../scripts/wasm.ts';
import { createPrefilter } from './redact-prefilter.ts';
import { createTextSearch, searchedBytes, type TextSearch } from './text-search.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);

function search(): TextSearch {
  const made = createTextSearch();
  if (made === undefined) throw new Error('There is no WebAssembly here.');
  return made;
}

/** What `plain` promises, one byte after the other. */
function plainEnd(text: Uint8Array, from: number): number {
  const rest = String.fromCharCode(...text.subarray(from));
  return from + (/^(?:[ !#-[\]-\u00ff]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*/.exec(rest)?.[0].length ?? 0);
}

const odd = fc.constantFrom(
  '"',
  '\\',
  '\\n',
  '\\"',
  '\\u00e9',
  '\\u12',
  '\\x',
  '\n',
  '\u0000',
  'é',
  '€',
  '😀',
  '/',
  'u',
);
const jsonLike = fc
  .array(fc.oneof(odd, fc.string({ maxLength: 40 })), { maxLength: 12 })
  .map((parts) => parts.join(''));

test('the module in the repository is the one that its source makes', async () => {
  const kept = readFileSync(new URL('./text-search-wasm.ts', import.meta.url), 'utf8');
  expect(kept).toBe(await builtModule());
});

test('plain text and whole escapes are passed over, and nothing else', () => {
  const searched = search();
  fc.assert(
    fc.property(jsonLike, fc.nat(20), (source, from) => {
      const text = bytesOf(source);
      const start = Math.min(from, text.length);
      searched.begin();
      expect(searched.plain(text, start)).toBe(plainEnd(text, start));
    }),
    { numRuns: 3_000 },
  );
});

test('text longer than what is searched at once is passed over to its end', () => {
  const searched = search();
  const text = bytesOf(`${'a'.repeat(3 * searchedBytes + 5)}"`);
  expect(searched.plain(text, 0)).toBe(text.length - 1);
});

test('an escape where the window ends is passed over or left to the caller, never taken for half of it', () => {
  const searched = search();
  for (let before = searchedBytes - 8; before <= searchedBytes; before++) {
    const text = bytesOf(`${'a'.repeat(before)}\\u00e9b"`);
    searched.begin();
    const first = searched.plain(text, 0);
    expect([before, text.length - 1]).toContain(first);
  }
});

test('a word is found wherever it stands, over the end of a window too', () => {
  const searched = search();
  searched.useWords([['word', 'werd'], ['key=']]);
  const far = [searchedBytes - 5, searchedBytes - 4, searchedBytes - 3, searchedBytes - 1, searchedBytes];
  for (const before of [0, 1, 12, 13, 15, 16, 17, ...far]) {
    for (const after of [0, 1, 20]) {
      searched.begin();
      expect(searched.word(bytesOf('.'.repeat(before) + 'werd'.padEnd(4 + after, '.')), 0)).toBe(before);
    }
  }
});

test('what ends before the word does not hold it', () => {
  const searched = search();
  searched.useWords([['word']]);
  searched.begin();
  searched.word(bytesOf(`${'.'.repeat(40)}word`), 0);
  searched.begin();
  expect(searched.word(bytesOf(`${'.'.repeat(40)}wor`), 0)).toBe(-1);
});

const pieces = fc.constantFrom(
  ...[
    'ghp_',
    'AKIA',
    'password=',
    '"api_key": "',
    'https://a:b@c',
    'eyJhbGciOiJI',
    'SecretKey',
    '://',
    'token',
    '\\u0070',
  ],
  ...['AuThOrIzAtIoN: ', 'hooks.slack.com/', '-BEGIN', 'sk-', 'task-1', 'progressToken":', 'xoxb-1234567890ab'],
);

test('secrets are suspected with and without WebAssembly alike', () => {
  const fast = createPrefilter();
  const slow = createPrefilter(false);
  const texts = fc.array(fc.oneof(pieces, fc.string({ unit: 'binary', maxLength: 30 })), { maxLength: 10 });
  fc.assert(
    fc.property(texts, (parts) => {
      const text = bytesOf(parts.join('').padEnd(70, '.'));
      expect(fast.bytes(text)).toBe(slow.bytes(text));
    }),
    { numRuns: 5_000 },
  );
});
