import * as v from 'valibot';
import { described, Id } from './common.ts';
import { operation } from './operation.ts';

/** How people come in: by a link that is good once, or through the identity provider of their organisation. */

const SignedIn = v.looseObject({
  org: Id,
  user_id: Id,
  role: v.string(),
});

export const signInByLink = operation({
  id: 'signInByLink',
  method: 'POST',
  path: '/api/auth/sign-in',
  summary: 'Takes the token of a sign-in link, once, and sets the cookie of a browser session',
  needs: 'anyone',
  body: v.looseObject({ token: v.pipe(v.string(), v.minLength(20), v.maxLength(200)) }),
  answer: { status: 200, schema: SignedIn },
  problems: ['auth.missing', 'request.rate-limited'],
});

export const signOut = operation({
  id: 'signOut',
  method: 'POST',
  path: '/api/auth/sign-out',
  summary: 'Ends the browser session',
  needs: 'devices:approve',
  answer: { status: 204, schema: undefined },
});

/** A place on this server. `//host` and `/\\host` would lead a browser elsewhere. */
const OwnPath = v.pipe(v.string(), v.maxLength(500), v.regex(/^\/(?![/\\])[\x21-\x7e]*$/, 'a path'));

export const startSso = operation({
  id: 'startSso',
  method: 'GET',
  path: '/auth/sso/start',
  summary: 'Sends the browser to the identity provider that is in charge of the domain of an e-mail address',
  needs: 'anyone',
  query: v.object({
    email: v.pipe(v.string(), v.maxLength(254), v.email(), v.toLowerCase()),
    next: v.optional(
      described(OwnPath, 'Where the browser is sent once the person is signed in; a path of this server.'),
    ),
  }),
  answer: { status: 302, schema: undefined },
  problems: ['request.not-found', 'request.rate-limited'],
});

export const finishSso = operation({
  id: 'finishSso',
  method: 'GET',
  path: '/auth/sso/callback',
  summary: 'Where the identity provider sends the browser back to (OpenID Connect, code with PKCE)',
  needs: 'anyone',
  query: v.looseObject({ state: v.pipe(v.string(), v.maxLength(500)) }),
  answer: { status: 302, schema: undefined },
  problems: ['auth.missing', 'request.rate-limited'],
});
