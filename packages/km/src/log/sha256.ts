import * as crypto from 'node:crypto';

/** SHA-256 in hex. The one-shot function takes half the time of a hash object; Node has it since 20.12. */
export const sha256: (bytes: Uint8Array) => string =
  typeof crypto.hash === 'function'
    ? (bytes) => crypto.hash('sha256', bytes, 'hex')
    : (bytes) => crypto.createHash('sha256').update(bytes).digest('hex');

/** The same for bytes that lie in several places. */
export function sha256OfPieces(pieces: readonly Uint8Array[]): string {
  const hash = crypto.createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}
