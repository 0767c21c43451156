import { expect, test } from 'vitest';
import { readHeaders } from './headers.ts';

test('pairs stand between commas or on lines, their values in percent-encoding', () => {
  const headers = { authorization: 'Bearer a=b', 'x-team': 'one, two' };
  expect(readHeaders('authorization=Bearer%20a=b,x-team=one%2C%20two')).toEqual(headers);
  expect(readHeaders('authorization = Bearer a=b\nx-team=one%2C two\n')).toEqual(headers);
  expect(readHeaders('')).toEqual({});
});

test.each(['no pair', 'bad name=x', 'x=%0d%0aevil: 1', 'host=elsewhere', 'x=%zz', '=x'])(
  '%j cannot be sent',
  (text) => {
    expect(readHeaders(text)).toBeUndefined();
  },
);
