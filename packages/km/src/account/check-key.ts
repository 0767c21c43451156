import { apiKeyPattern } from '@kilometers/core/api/auth.ts';
import { KmError } from '@kilometers/core/errors.ts';
import { Secret } from '../config/secret.ts';

/**
 * A key as somebody typed or pasted it.
 *
 * @param from Where it came from, for the error; the key itself is never told.
 * @throws KmError `account.key-malformed`
 */
export function checkKey(text: string, from: string): Secret {
  const key = text.trim();
  if (apiKeyPattern.test(key)) return new Secret(key);
  throw new KmError('account.key-malformed', `${from} is no API key: ${faultOf(key)}.`);
}

const keyChars = 51;

function faultOf(key: string): string {
  if (key === '') return 'it is empty';
  if (!/^km_(?:live|test)_/.test(key)) return 'it begins with neither km_live_ nor km_test_';
  return key.length === keyChars
    ? 'it holds characters that no key has'
    : `it has ${key.length} characters, and a key has ${keyChars}`;
}
