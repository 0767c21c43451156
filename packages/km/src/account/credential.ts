import { createHash } from 'node:crypto';
import type { Secret } from '../config/secret.ts';

/** What tells one key from another without being of use to anybody. The key is 32 random bytes: no guessing finds it. */
export function credentialId(apiKey: Secret): string {
  return createHash('sha256').update(`km credential ${apiKey.reveal()}`).digest('hex').slice(0, 16);
}

/** The beginning of a key, for people to tell it by. */
export function keyHint(apiKey: Secret): string {
  return `${apiKey.reveal().slice(0, 12)}…`;
}
