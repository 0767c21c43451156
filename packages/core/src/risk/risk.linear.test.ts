import { expect, test } from 'vitest';
import { cpuMsOf } from '../../test/cpu-time.ts';
import { createEngine } from './assess.ts';
import type { Detector } from './detector.ts';
import { detectors } from './detectors.ts';
import { passagesOf } from './surfaces.ts';
import { prepare } from './text/prepare.ts';
import { variantsOf } from './text/variants.ts';

const shortChars = 4_000;
const longChars = 32_000;

/**
 * Eight times the text takes eight times as long when the work is linear, 64 times when it is quadratic. Between them
 * there is room for collecting garbage, and what is over within this time is not looked at: it could not hold anything up.
 */
const ratioMax = 32;
const floorMs = 1;

/** What patterns stumble over: what they repeat, what they begin with, and openings that are never closed. */
const pieces: readonly string[] = [
  ...[
    'a',
    'A',
    '0',
    ' ',
    '\n',
    '\t',
    '-',
    '.',
    '/',
    '\\',
    '%',
    '=',
    '"',
    "'",
    '`',
    '(',
    '[',
    '{',
    '<',
    '&',
    '|',
    '$',
    '@',
    '_',
  ],
  ...[
    'a ',
    'a.',
    'a=',
    'a/',
    'a@',
    'a:',
    'A1',
    '0.',
    '0-',
    '0 ',
    '1:',
    '"a',
    '<a ',
    '$(',
    '${',
    '{{',
    '<!--',
    '/*',
    '--',
    '../',
  ],
  ...[
    '%2e',
    '&#1;',
    '\\u0041',
    '\\x41',
    'é',
    'e\u0301',
    'і',
    'а\u0301',
    '\u200b',
    '\ufe0f',
    '\u{e0041}',
    '𝐚',
    '\x1b[',
    '\x1b]8;;',
  ],
  ...[
    'key:',
    'token=',
    'password = "a1b2c3d4e5"; ',
    'http://a:b2c3@d ',
    'a@b.cd ',
    'curl -u ',
    'http://',
    'http://a:',
    'eyJ',
    '-----BEGIN ',
    'ignore ',
    'do not ',
    'select ',
    "' or ",
    'rm -rf ',
  ],
];

const keywordsMax = 40;

test.each(detectors.map((detector) => [detector.name, detector] as const))(
  '%s takes time in proportion to the text',
  { timeout: 240_000 },
  (_, detector) => {
    expect(slowPieces(detector)).toEqual([]);
  },
);

test('a detector is caught that follows each opening to the end of the text', { timeout: 240_000 }, () => {
  expect(slowPieces(planted((text) => text.match(/<!--[^>]*>/g)))).toEqual(['<!--']);
});

test('a detector that is slow, but as slow for each character, is none of these', { timeout: 240_000 }, () => {
  expect(slowPieces(planted((text) => Array.from({ length: 20 }, () => text.match(/[^\s\S]/g))))).toEqual([]);
});

function planted(look: (text: string) => unknown): Detector {
  return {
    name: 'planted',
    surfaces: ['tool_result'],
    detect({ text }) {
      look(text);
      return [];
    },
  };
}

/** The pieces that a detector takes too long for when they are repeated. */
function slowPieces({ surfaces, keywords = [], detect }: Detector): string[] {
  const step = Math.ceil(keywords.length / keywordsMax);
  const beginnings = keywords.filter((_word, index) => index % step === 0).map((word) => `${word} `);
  // A text that is given to be looked at is searched for everything there is to find.
  const surface = surfaces.find((name) => name.endsWith('_text')) ?? surfaces[0] ?? 'tool_result';
  return [...pieces, ...beginnings].filter((piece) =>
    isSlow(piece, (text) => detect(prepare(text), { surface, text, pointer: '', key: 'command', tool: 'run' })),
  );
}

test('a text is made ready and decoded in time in proportion to it', { timeout: 240_000 }, () => {
  const slow = [...pieces, btoa('some text that is hidden ')].filter((piece) =>
    isSlow(piece, (text) => variantsOf(prepare(text))),
  );
  expect(slow).toEqual([]);
});

test('strings are found in time in proportion to their number', { timeout: 240_000 }, () => {
  expect(isSlow('a', (text) => passagesOf({ dir: 's2c', rpc: { id: 1, result: { content: [...text] } } }))).toBe(false);
});

/** More than one window of the reader, and eight times that. */
const windows = { short: 131_072, long: 1_048_576 };
const killers = [
  ...['a b ', 'not ', '../', '\u0430a ', '; rm -rf ~ '],
  ...['http://a:b2c3@d ', 'a@b.cd ', 'password = "a1b2c3d4e5"; '],
];

test.each(['tool_description', 'tool_args', 'tool_result'] as const)(
  'a megabyte of %s takes as long as its eighths',
  { timeout: 240_000 },
  (surface) => {
    const engine = createEngine();
    const assess = (text: string) => engine.assessText({ surface, text, key: 'command', tool: 'run' });
    expect(killers.filter((piece) => isSlow(piece, assess, windows))).toEqual([]);
  },
);

function isSlow(
  piece: string,
  work: (text: string) => unknown,
  sizes: { readonly short: number; readonly long: number } = { short: shortChars, long: longChars },
): boolean {
  const [short = '', long = ''] = [sizes.short, sizes.long].map((chars) =>
    piece.repeat(Math.ceil(chars / piece.length)),
  );
  // A pattern is interpreted when it is first used and compiled later: measured cold, the short text takes so long that
  // nothing seems slow beside it.
  for (let round = 0; round < 3; round++) work(short);
  const limit =
    ratioMax *
    Math.max(
      floorMs,
      Math.min(
        cpuMsOf(() => work(short)),
        cpuMsOf(() => work(short)),
      ),
    );
  // Looked at again before it is called slow: garbage may have been collected meanwhile.
  for (let attempt = 0; attempt < 4; attempt++) if (cpuMsOf(() => work(long)) <= limit) return false;
  return true;
}
