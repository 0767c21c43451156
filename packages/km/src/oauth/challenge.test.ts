import { expect, test } from 'vitest';
import { readChallenge } from './challenge.ts';

test.each([
  [undefined, {}],
  ['Basic realm="x"', {}],
  ['Bearer', {}],
  ['Bearer error="invalid_token"', { error: 'invalid_token' }],
  [
    'Basic realm="a", Bearer resource_metadata="https://h/.well-known/x", scope="a b"',
    { resourceMetadata: 'https://h/.well-known/x', scope: 'a b' },
  ],
  ['bearer scope=one, error=insufficient_scope', { scope: 'one', error: 'insufficient_scope' }],
  ['Bearer scope="a \\"b\\"", scope="c"', { scope: 'a "b"' }],
])('%s', (header, challenge) => {
  expect(readChallenge(header)).toEqual(challenge);
});
