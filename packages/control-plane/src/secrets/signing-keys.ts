import {
  CompactSign,
  type CryptoKey,
  createLocalJWKSet,
  errors,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  type JWTPayload,
  jwtVerify,
  SignJWT,
} from 'jose';
import type { Db } from '../database/db.ts';
import { insertSigningKey } from '../queries/insert-signing-key.ts';
import { listSigningKeys, type SigningKeyRow } from '../queries/list-signing-keys.ts';
import type { Seal } from './seal.ts';
import { newToken } from './token.ts';

const dayMs = 86_400_000;

/** A key signs for so long; it verifies for so much longer that everything it signed has ended, and km's caches too. */
export const signsForMs = 30 * dayMs;
export const verifiesForMs = 37 * dayMs;

/** How long one replica goes on with the keys it knows before it looks for what others made. */
const knownForMs = 60_000;

const purpose = 'signing-key';
const algorithm = 'EdDSA';

export interface SigningKeys {
  /** The public keys (RFC 7517), the one in use first. */
  jwks(): Promise<{ readonly keys: readonly JWK[] }>;
  /** @param expiresIn Seconds. */
  signToken(claims: JWTPayload, expiresIn: number): Promise<string>;
  /** What the token says. @throws JOSEError when it is not one of ours, or has expired. */
  verifyToken(token: string): Promise<JWTPayload>;
  /** A compact JWS over a text. */
  signText(text: string): Promise<string>;
}

interface Parts {
  readonly db: Db;
  readonly seal: Seal;
  readonly issuer: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

interface Known {
  readonly rows: readonly SigningKeyRow[];
  readonly at: number;
}

/** Keys that sign access tokens and policies. Kept in the database, the private part sealed, so that replicas share them. */
export function createSigningKeys({ db, seal, issuer, now }: Parts): SigningKeys {
  let known: Known | undefined;

  const look = async (): Promise<readonly SigningKeyRow[]> => {
    if (known && now() - known.at < knownForMs) return known.rows;
    let rows = await listSigningKeys(db, now());
    if (!rows[0] || now() - Date.parse(rows[0].created_at) > signsForMs) {
      await makeKey(db, seal, now());
      rows = await listSigningKeys(db, now());
    }
    known = { rows, at: now() };
    return rows;
  };
  const signer = async (): Promise<{ kid: string; key: CryptoKey }> => {
    const [row] = await look();
    if (!row) throw new Error('There is no signing key, though one was just made.');
    const jwk = JSON.parse(seal.open(row.private_sealed, purpose)) as JWK; // Sealed by makeKey.
    return { kid: row.kid, key: (await importJWK(jwk, algorithm)) as CryptoKey };
  };
  return {
    jwks: async () => ({ keys: (await look()).map(({ public_jwk }) => public_jwk) }),
    async signToken(claims, expiresIn) {
      const { kid, key } = await signer();
      const seconds = Math.floor(now() / 1_000);
      return new SignJWT(claims)
        .setProtectedHeader({ alg: algorithm, kid, typ: 'JWT' })
        .setIssuer(issuer)
        .setIssuedAt(seconds)
        .setExpirationTime(seconds + expiresIn)
        .sign(key);
    },
    async verifyToken(token) {
      const verify = async () => {
        const keySet = createLocalJWKSet({ keys: (await look()).map(({ public_jwk }) => public_jwk) });
        const options = { issuer, algorithms: [algorithm], currentDate: new Date(now()) };
        return (await jwtVerify(token, keySet, options)).payload;
      };
      return verify().catch((error: unknown) => {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
        known = undefined; // Another replica may have made a key since.
        return verify();
      });
    },
    async signText(text) {
      const { kid, key } = await signer();
      return new CompactSign(new TextEncoder().encode(text)).setProtectedHeader({ alg: algorithm, kid }).sign(key);
    },
  };
}

async function makeKey(db: Db, seal: Seal, now: number): Promise<void> {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const kid = newToken().slice(0, 16);
  await insertSigningKey(db, {
    kid,
    publicJwk: { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' },
    privateSealed: seal.close(JSON.stringify(await exportJWK(privateKey)), purpose),
    createdAt: now,
    retiresAt: now + verifiesForMs,
  });
}
