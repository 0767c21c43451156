import { expect, test } from 'vitest';
import { cpuMsOf } from '../test/cpu-time.ts';
import { createRedactor } from './redact.ts';

const redactor = createRedactor();
const dashes = '-'.repeat(5);

const hostile = [
  ...[
    'ghp_',
    'eyJ',
    'eyJa.',
    'sk-',
    'sk-ant-',
    'AKIA',
    '://',
    '://a:',
    'a://:',
    'password=',
    'password="',
    'password: ',
  ],
  ...[
    `${dashes}BEGIN PRIVATE KEY${dashes}`,
    `${dashes}BEGIN `,
    'bearer ',
    'Authorization: basic ',
    'SG.a.',
    '-',
    'a',
    '\\',
    '"',
  ],
  ...[
    'xoxb-',
    'sig=',
    '?sig=',
    'key',
    'token:',
    '\\u0067',
    '1 ',
    '1-',
    '+1 ',
    'a@',
    'a.',
    'AB12 ',
    '{"password":',
    '[',
  ],
];

/** The shorter one finds out soon what would take minutes over the longer one. */
const lengths = [1_024, 16_384];
const growth = 32;

/** The least of several: what collecting garbage takes comes and goes. */
function growsNoFasterThanItsText(run: (text: string) => unknown, piece: string, length: number): boolean {
  const texts = [length, length * growth].map((wanted) => piece.repeat(Math.ceil(wanted / piece.length)));
  const best = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let attempt = 0; attempt < 4; attempt++) {
    for (const [index, text] of texts.entries())
      best[index] = Math.min(
        best[index] ?? 0,
        cpuMsOf(() => run(text)),
      );
    const [shorter = 0, longer = 0] = best;
    // Twelve times its share, for garbage collection; what grows with the square of the length takes 32 times its share.
    if (longer < shorter * growth * 12 || longer < 1) return true;
  }
  return false;
}

const all = createRedactor({ personal: true });
const ways: Readonly<Record<string, (text: string) => unknown>> = {
  text: (text) => all.text(text),
  json: (text) => all.json(text),
  'a string within JSON': (text) => all.json(`{"a":"${text}`),
  may: (text) => redactor.may(text),
};

test.each(hostile)('32 times as much of %j takes no more than its share of time', (piece) => {
  for (const [way, run] of Object.entries(ways)) {
    const good = lengths.every((length) => growsNoFasterThanItsText(run, piece, length));
    expect({ way, good }).toEqual({ way, good: true });
  }
});
