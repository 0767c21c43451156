import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { readHeader } from './read-claims.ts';

/** A public key, as a JWKS has it (RFC 7517). */
export type Jwk = Readonly<Record<string, unknown>> & { readonly kid: string };

/** `unknown-key`: signed by a key that is not among them; newer keys may tell. */
export type Verified = 'good' | 'bad' | 'unknown-key';

/** Whether an access token was signed by one of the keys. Only EdDSA: a token never chooses how it is looked at. */
export function verifyToken(jwt: string, keys: readonly Jwk[]): Verified {
  const { kid, alg } = readHeader(jwt);
  if (alg !== 'EdDSA') return 'bad';
  const jwk = keys.find((key) => key.kid === kid && key.kty === 'OKP');
  if (jwk === undefined) return 'unknown-key';
  const [head = '', body = '', signature = ''] = jwt.split('.');
  try {
    const key = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
    const good = verify(null, Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url'));
    return good ? 'good' : 'bad';
  } catch {
    return 'bad'; // The key has no form of one.
  }
}
