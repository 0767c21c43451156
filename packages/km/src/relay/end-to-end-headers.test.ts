import { expect, test } from 'vitest';
import { endToEndHeaders } from './end-to-end-headers.ts';

test('what belongs to one connection stays there; all else keeps its order, case and repetition', () => {
  const raw = [
    'X-B',
    '1',
    'Connection',
    'close, X-Hop',
    'x-hop',
    'no',
    'Set-Cookie',
    'a',
    'Set-Cookie',
    'b',
    'TE',
    'gzip',
  ];
  expect(endToEndHeaders(raw)).toEqual(['X-B', '1', 'Set-Cookie', 'a', 'Set-Cookie', 'b']);
});

test('what the next hop is told otherwise is left out', () => {
  expect(endToEndHeaders(['Host', 'a', 'Accept', 'b'], ['host'])).toEqual(['Accept', 'b']);
});
