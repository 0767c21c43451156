import { expect, test } from 'vitest';
import { checkKey } from './check-key.ts';

const chars = 'Ab0_-'.padEnd(43, 'x');

test.each(['live', 'test'])('a key of kind %s is one, also with blanks around it', (kind) => {
  expect(checkKey(` km_${kind}_${chars}\n`, 'It').reveal()).toBe(`km_${kind}_${chars}`);
});

test.each([
  ['', 'it is empty'],
  [`sk_live_${chars}`, 'neither km_live_ nor km_test_'],
  [`km_live_${chars}y`, '52 characters'],
  [`km_live_${chars.slice(1)}!`, 'characters that no key has'],
])('%j is none: what is wrong is said, and the key is not', (text, fault) => {
  const act = () => checkKey(text, 'It');
  expect(act).toThrow(
    expect.objectContaining({ code: 'account.key-malformed', message: expect.stringContaining(fault) }),
  );
  if (text !== '') expect(act).not.toThrow(text);
});
