import { exchangeKey, refreshTokens, showJwks } from '@kilometers/core/api/auth.ts';
import * as v from 'valibot';
import { Secret } from '../config/secret.ts';
import type { ApiClient } from './api-client.ts';
import { isApiError } from './api-error.ts';
import type { Jwk } from './verify-token.ts';

/** What an exchange or a renewal brings. */
export interface Granted {
  readonly jwt: Secret;
  readonly expiresInMs: number;
  /** Older servers give none: then the key is exchanged again. */
  readonly refreshToken: Secret | undefined;
  /** What an older server says beside a token that names no tier. */
  readonly plan: string | undefined;
}

const name = v.optional(v.string());

/** The answer of this API, or that of an older one, which had other names for the same. */
const TokensOfAnyAge = v.pipe(
  v.looseObject({
    jwt: name,
    token: name,
    expires_in: v.optional(v.number()),
    expiresIn: v.optional(v.number()),
    refresh_token: name,
    plan: name,
  }),
  v.check(({ jwt, token }) => (jwt ?? token) !== undefined, 'It has no token.'),
  v.check(
    ({ expires_in, expiresIn }) => (expires_in ?? expiresIn ?? 0) > 0,
    'It does not say how long the token holds.',
  ),
);

const exchange = { ...exchangeKey, answer: { status: 200, schema: TokensOfAnyAge } } as const;
const refresh = { ...refreshTokens, answer: { status: 200, schema: TokensOfAnyAge } } as const;

/** @throws ApiError `account.refused` when the key is unknown or was revoked, and what every call can end with. */
export async function exchangeForToken(client: ApiClient, apiKey: Secret): Promise<Granted> {
  const { value } = await client.call(exchange, { body: { api_key: apiKey.reveal() } });
  return granted(value);
}

/** @throws ApiError `account.refused` when the refresh token is of no use any more. */
export async function renewToken(client: ApiClient, refreshToken: Secret): Promise<Granted> {
  const { value } = await client.call(refresh, { body: { refresh_token: refreshToken.reveal() } });
  return granted(value);
}

/** The keys that tokens are signed with; none where the server is older than they are. */
export async function fetchKeys(client: ApiClient): Promise<readonly Jwk[]> {
  try {
    return (await client.call(showJwks)).value?.keys ?? [];
  } catch (error) {
    if (isApiError(error) && error.status === 404) return [];
    throw error;
  }
}

/** What a sign-in brought, whichever way. */
export function granted(tokens: v.InferOutput<typeof TokensOfAnyAge> | undefined): Granted {
  const { jwt, token, expires_in, expiresIn, refresh_token, plan } = tokens ?? {};
  return {
    jwt: new Secret(jwt ?? token ?? ''),
    expiresInMs: (expires_in ?? expiresIn ?? 0) * 1_000,
    refreshToken: refresh_token === undefined ? undefined : new Secret(refresh_token),
    plan,
  };
}
