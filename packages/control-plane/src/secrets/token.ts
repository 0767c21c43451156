import { createHash, randomBytes } from 'node:crypto';

/** A secret that nobody can guess: 32 random bytes, base64url. */
export function newToken(prefix = ''): string {
  return `${prefix}${randomBytes(32).toString('base64url')}`;
}

/** What is kept of a token. It is as long as the hash, so that neither salt nor a slow hash would add anything. */
export function hashToken(token: string): Uint8Array {
  return createHash('sha256').update(token).digest();
}

/** What a person reads from one screen and types into another: eight letters, none that look alike, no vowels for words. */
export function newUserCode(): string {
  const letters = 'BCDFGHJKLMNPQRSTVWXZ';
  const bytes = randomBytes(64);
  // Bytes that would make some letters likelier than others are passed over.
  const even = [...bytes].filter((byte) => byte < 256 - (256 % letters.length)).slice(0, 8);
  const code = even.map((byte) => letters[byte % letters.length]).join('');
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}
