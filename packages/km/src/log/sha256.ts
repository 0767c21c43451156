import * as crypto from 'node:crypto';

/** SHA-256 in hex. The one-shot function takes half the time of a hash object; Node has it since 20.12. */
export const sha256: (bytes: Uint8Array) => string =
  typeof crypto.hash === 'function'
    ? (bytes) => crypto.hash('sha256', bytes, 'hex')
    : (bytes) => crypto.createHash('sha256').update(bytes).digest('hex');
