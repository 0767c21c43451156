import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import type { StoredSso } from './queries/find-organisation.ts';
import type { Seal } from './secrets/seal.ts';

/** What the client secret of single sign-on is sealed for. */
export const ssoPurpose = 'sso';

/** How long an identity provider may take to answer, in seconds. */
const timeoutSeconds = 10;

/** Where a browser is sent, and what has to be known when it comes back. */
export interface SsoRequest {
  readonly url: string;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** Who came back. */
export interface SsoPerson {
  readonly email: string;
  readonly verified: boolean;
}

/** OpenID Connect, authorization code with PKCE. @see https://openid.net/specs/openid-connect-core-1_0.html */
export interface Sso {
  request(stored: StoredSso): Promise<SsoRequest>;
  /** @throws Error when the provider, or the browser, did not say what it had to. */
  person(stored: StoredSso, callback: URL, asked: Omit<SsoRequest, 'url'>): Promise<SsoPerson>;
}

export function createSso(seal: Seal, publicUrl: string): Sso {
  const redirectUri = `${publicUrl}/auth/sso/callback`;
  const configure = (stored: StoredSso): Promise<Configuration> => {
    const secret = seal.open(Buffer.from(stored.secret_sealed, 'base64'), ssoPurpose);
    const issuer = new URL(stored.issuer);
    // Only a provider on this machine is spoken to without TLS.
    const execute = isLoopback(issuer) ? [allowInsecureRequests] : [];
    return discovery(issuer, stored.client_id, secret, undefined, { execute, timeout: timeoutSeconds });
  };
  return {
    async request(stored) {
      const configuration = await configure(stored);
      const asked = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() };
      const url = buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: 'openid email',
        state: asked.state,
        nonce: asked.nonce,
        code_challenge: await calculatePKCECodeChallenge(asked.verifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, ...asked };
    },
    async person(stored, callback, { state, nonce, verifier }) {
      const configuration = await configure(stored);
      const url = new URL(`${redirectUri}${callback.search}`);
      const tokens = await authorizationCodeGrant(configuration, url, {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      const email = claims?.email;
      if (typeof email !== 'string') throw new Error('The identity provider does not tell the e-mail address.');
      return { email: email.toLowerCase(), verified: claims?.email_verified !== false };
    },
  };
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]';
}
