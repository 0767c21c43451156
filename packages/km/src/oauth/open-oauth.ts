import { KmError } from '@kilometers/core/errors.ts';
import * as oauth from 'oauth4webapi';
import type { Authorization } from '../connect/authorization.ts';
import { withLock } from '../log/lock.ts';
import { type AuthorizeParts, authorize, type Granted } from './authorize.ts';
import { type Challenge, readChallenge } from './challenge.ts';
import { clientAuth } from './client-identity.ts';
import { type Discovered, discover } from './discover.ts';
import { insecureTo } from './insecure-to.ts';
import { TokenStore, type TokenStoreParts, type Tokens } from './token-store.ts';

export interface OAuthParts extends Omit<AuthorizeParts, 'found'>, TokenStoreParts {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly pause: (ms: number) => Promise<unknown>;
}

const lookMs = 200;

/** So long before its end an access token is renewed. */
const earlyMs = 30_000;

/**
 * OAuth 2.1 for one MCP server, km being the client. Of all processes one at a time renews or has somebody sign in; the
 * others take what came of it.
 *
 * @see https://modelcontextprotocol.io/specification — basic/authorization
 */
export function openOAuth(parts: OAuthParts): Authorization {
  const store = new TokenStore(parts);
  let tokens: Tokens | undefined;
  let read = false;
  let underWay: Promise<void> | undefined;

  async function current(): Promise<Tokens | undefined> {
    if (!read) tokens = await store.read();
    read = true;
    return tokens;
  }

  async function renew(refused: string | undefined, challenge: Challenge): Promise<void> {
    for (;;) {
      const done = await withLock(store.lock, async () => {
        const kept = await store.read();
        const another = kept !== undefined && kept.accessToken !== refused && !isDue(kept, parts.now());
        tokens = another ? kept : await obtain(parts, kept, challenge);
        if (!another) await store.write(tokens);
        return true;
      });
      if (done) return;
      await parts.pause(lookMs);
    }
  }

  /** What comes while it is under way waits for the same. */
  function once(refused: string | undefined, challenge: Challenge): Promise<void> {
    underWay ??= renew(refused, challenge).finally(() => {
      underWay = undefined;
    });
    return underWay;
  }

  return {
    async header() {
      const known = await current();
      if (known && isDue(known, parts.now()) && known.refreshToken !== undefined) {
        await once(known.accessToken, {}).catch(() => {}); // The server will say what it wants.
      }
      return tokens && `Bearer ${tokens.accessToken}`;
    },
    async challenged(status, header) {
      const challenge = readChallenge(header);
      if (status === 403 && challenge.error !== 'insufficient_scope') return false;
      await once(tokens?.accessToken, challenge);
      return true;
    },
  };
}

function isDue({ expiresAt }: Tokens, now: number): boolean {
  return expiresAt !== undefined && now >= expiresAt - earlyMs;
}

/** New tokens: by the refresh token where there is one that still holds, else by a person. */
async function obtain(parts: OAuthParts, kept: Tokens | undefined, challenge: Challenge): Promise<Tokens> {
  const found = await discover(parts.url, challenge);
  const usable = kept?.issuer === found.server.issuer && kept.resource === found.resource ? kept : undefined;
  const stepsUp = challenge.error === 'insufficient_scope';
  if (usable?.refreshToken !== undefined && !stepsUp) {
    const refreshed = await refresh(found, usable, parts.now());
    if (refreshed) return refreshed;
  }
  const scope = stepsUp ? united(usable?.scope, found.scope) : found.scope;
  return tokensOf(await authorize({ ...parts, found: { ...found, scope } }), found, scope, parts.now());
}

/** Undefined when the authorization server wants nothing to do with the refresh token any more. */
async function refresh({ server, resource }: Discovered, kept: Tokens, now: number): Promise<Tokens | undefined> {
  const { clientId: client_id, clientSecret: client_secret, refreshToken = '', scope } = kept;
  const client = { client_id, ...(client_secret !== undefined && { client_secret }) };
  try {
    const options = { ...insecureTo(server.token_endpoint), additionalParameters: { resource } };
    const sent = await oauth.refreshTokenGrantRequest(
      server,
      client,
      clientAuth(client, server),
      refreshToken,
      options,
    );
    const answer = await oauth.processRefreshTokenResponse(server, client, sent);
    const fresh = tokensOf({ client, answer }, { server, resource, scope }, scope, now);
    // One that is not replaced goes on to hold.
    return { refreshToken, ...fresh };
  } catch (cause) {
    const refused = cause instanceof oauth.ResponseBodyError;
    if (refused) return undefined;
    throw new KmError('oauth.sign-in', `The authorization server ${server.issuer} could not be reached.`, { cause });
  }
}

function tokensOf({ client, answer }: Granted, found: Discovered, asked: string | undefined, now: number): Tokens {
  const scope = answer.scope ?? asked;
  return {
    issuer: found.server.issuer,
    resource: found.resource,
    clientId: client.client_id,
    accessToken: answer.access_token,
    ...(client.client_secret !== undefined && { clientSecret: client.client_secret }),
    ...(answer.expires_in !== undefined && { expiresAt: now + answer.expires_in * 1_000 }),
    ...(answer.refresh_token !== undefined && { refreshToken: answer.refresh_token }),
    ...(scope !== undefined && { scope }),
  };
}

function united(...scopes: readonly (string | undefined)[]): string {
  return [...new Set(scopes.flatMap((scope) => scope?.split(' ') ?? []))].join(' ');
}
