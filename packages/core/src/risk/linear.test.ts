import { expect, test } from 'vitest';
import { detectors } from './detectors.ts';
import { passagesOf } from './surfaces.ts';
import { prepare } from './text/prepare.ts';
import { variantsOf } from './text/variants.ts';

const shortChars = 4_000;
const longChars = 32_000;

/**
 * Eight times the text takes eight times as long when the work is linear, 64 times when it is quadratic. Between them
 * there is room for a busy machine, and what is over within this time is not looked at: it could not hold anything up.
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
    const { surfaces, keywords = [] } = detector;
    const step = Math.ceil(keywords.length / keywordsMax);
    const beginnings = keywords.filter((_word, index) => index % step === 0).map((word) => `${word} `);
    const surface = surfaces[0] ?? 'tool_result';
    const slow = [...pieces, ...beginnings].filter((piece) =>
      isSlow(piece, (text) =>
        detector.detect(prepare(text), { surface, text, pointer: '', key: 'command', tool: 'run' }),
      ),
    );
    expect(slow).toEqual([]);
  },
);

test('a text is made ready and decoded in time in proportion to it', { timeout: 240_000 }, () => {
  const slow = [...pieces, btoa('some text that is hidden ')].filter((piece) =>
    isSlow(piece, (text) => variantsOf(prepare(text))),
  );
  expect(slow).toEqual([]);
});

test('strings are found in time in proportion to their number', { timeout: 240_000 }, () => {
  expect(isSlow('a', (text) => passagesOf({ dir: 's2c', rpc: { id: 1, result: { content: [...text] } } }))).toBe(false);
});

function isSlow(piece: string, work: (text: string) => unknown): boolean {
  const [short, long] = [shortChars, longChars].map((chars) => piece.repeat(Math.ceil(chars / piece.length)));
  // Looked at again before it is called slow: the machine may have been busy with something else.
  for (let attempt = 0; attempt < 4; attempt++) {
    const limit =
      ratioMax *
      Math.max(
        floorMs,
        timeOf(() => work(short as string)),
      );
    if (timeOf(() => work(long as string)) <= limit) return false;
  }
  return true;
}

function timeOf(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}
