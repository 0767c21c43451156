import * as v from 'valibot';
import { tiers } from '../tiers.ts';
import { Count, described, Id, Label } from './common.ts';
import { operation } from './operation.ts';
import { roles } from './roles.ts';

/** Form of an API key: 32 random bytes after the prefix, base64url. */
export const apiKeyPattern = /^km_(?:live|test)_[A-Za-z0-9_-]{43}$/;

const ApiKey = v.pipe(v.string(), v.maxLength(200));
const Opaque = v.pipe(v.string(), v.minLength(20), v.maxLength(500));

/** `{"api_key"}`; km's of before wrote `{"ApiKey"}`. */
const ExchangeRequest = v.union([v.looseObject({ api_key: ApiKey }), v.looseObject({ ApiKey })]);

/** A short-lived access token, and what renews it. */
export const Tokens = v.looseObject({
  jwt: described(v.string(), 'Signed with EdDSA; the keys are at /.well-known/jwks.json.'),
  expires_in: described(Count, 'Seconds.'),
  refresh_token: described(v.string(), 'Good for one renewal: the answer brings the next.'),
});
export type Tokens = v.InferOutput<typeof Tokens>;

/** What the access token says. `tier` is what the account may do, and holds for km without asking. */
export const Claims = v.looseObject({
  sub: described(v.string(), 'The API key or person that signed in.'),
  user_id: v.string(),
  org: Id,
  tier: v.picklist(tiers),
  role: described(v.picklist([...roles, 'km']), 'What it may do; `km` for a token that an API key was exchanged for.'),
  iat: Count,
  exp: Count,
});
export type Claims = v.InferOutput<typeof Claims>;

export const exchangeKey = operation({
  id: 'exchangeKey',
  method: 'POST',
  path: '/api/auth/exchange',
  summary: 'Exchanges an API key for an access token',
  needs: 'anyone',
  body: ExchangeRequest,
  answer: { status: 200, schema: Tokens },
  problems: ['auth.key-refused', 'request.rate-limited'],
});

export const refreshTokens = operation({
  id: 'refreshTokens',
  method: 'POST',
  path: '/api/auth/refresh',
  summary: 'Renews an access token. A refresh token that is used twice ends every token that came from it',
  needs: 'anyone',
  body: v.looseObject({ refresh_token: Opaque }),
  answer: { status: 200, schema: Tokens },
  problems: ['auth.refresh-refused', 'request.rate-limited'],
});

/** @see https://www.rfc-editor.org/rfc/rfc8628#section-3.2 */
export const DeviceCode = v.looseObject({
  device_code: v.string(),
  user_code: described(v.string(), 'What the person types or compares, such as BCDF-GHJK.'),
  verification_uri: v.string(),
  verification_uri_complete: v.string(),
  expires_in: Count,
  interval: described(Count, 'Least seconds between two polls.'),
});
export type DeviceCode = v.InferOutput<typeof DeviceCode>;

export const startDeviceSignIn = operation({
  id: 'startDeviceSignIn',
  method: 'POST',
  path: '/api/auth/device-code/start',
  summary: 'Begins a sign-in that a person approves in a browser (RFC 8628)',
  needs: 'anyone',
  body: v.looseObject({ client_name: v.optional(Label) }),
  answer: { status: 200, schema: DeviceCode },
  problems: ['request.rate-limited'],
});

export const pollDeviceSignIn = operation({
  id: 'pollDeviceSignIn',
  method: 'POST',
  path: '/api/auth/device-code/poll',
  summary: 'Asks whether the sign-in was approved; the API key in the answer is shown this once',
  needs: 'anyone',
  body: v.looseObject({ device_code: Opaque }),
  answer: {
    status: 200,
    schema: v.looseObject({ ...Tokens.entries, api_key: described(v.string(), 'Made for this device.') }),
  },
  problems: ['authorization_pending', 'slow_down', 'expired_token', 'access_denied', 'request.rate-limited'],
});

const UserCode = v.pipe(v.string(), v.maxLength(20));

export const showDevice = operation({
  id: 'showDevice',
  method: 'GET',
  path: '/api/auth/device-code/{user_code}',
  summary: 'What is to be approved: which device asks, from where, and when',
  needs: 'devices:approve',
  params: v.object({ user_code: UserCode }),
  answer: {
    status: 200,
    schema: v.looseObject({ client_name: v.nullable(v.string()), address: v.string(), asked_at: v.string() }),
  },
  problems: ['request.not-found', 'request.rate-limited'],
});

export const decideDevice = operation({
  id: 'decideDevice',
  method: 'POST',
  path: '/api/auth/device-code/{user_code}',
  summary: 'Approves or refuses the sign-in of a device',
  needs: 'devices:approve',
  params: v.object({ user_code: UserCode }),
  body: v.looseObject({ approve: v.boolean() }),
  answer: { status: 204, schema: undefined },
  problems: ['request.not-found', 'request.conflict', 'request.rate-limited'],
});

export const showAccount = operation({
  id: 'showAccount',
  method: 'GET',
  path: '/api/account',
  summary: 'Who is asking: organisation, tier, role, and what is left of the quota',
  needs: 'account:read',
  answer: {
    status: 200,
    schema: v.looseObject({
      org: v.looseObject({ id: Id, name: v.string(), tier: v.picklist(tiers) }),
      user_id: v.string(),
      role: v.string(),
      events_remaining: v.nullable(Count),
    }),
  },
});

export const showJwks = operation({
  id: 'showJwks',
  method: 'GET',
  path: '/.well-known/jwks.json',
  summary: 'The public keys by which access tokens and policies are verified (RFC 7517)',
  needs: 'anyone',
  answer: {
    status: 200,
    schema: v.looseObject({ keys: v.array(v.looseObject({ kid: v.string(), kty: v.string() })) }),
  },
});
