import * as v from 'valibot';

interface ProblemEntry {
  readonly status: number;
  readonly title: string;
}

const entry = (status: number, title: string): ProblemEntry => ({ status, title });

/** Every way in which the API says no. `authorization_pending` and the like are those of RFC 8628. */
export const problemTable = {
  'request.invalid': entry(400, 'The request does not have the form that this operation takes.'),
  'request.too-large': entry(413, 'The request is larger than this operation takes.'),
  'request.unsupported': entry(415, 'The content type or encoding is not one that this operation takes.'),
  'request.not-found': entry(404, 'There is no such thing, or it is not yours.'),
  'request.conflict': entry(409, 'It is not in the state that the request supposes.'),
  'request.rate-limited': entry(429, 'Too many requests. Try again after the time in Retry-After.'),
  'auth.missing': entry(401, 'The request carries no valid token.'),
  'auth.expired': entry(401, 'The token has expired. Renew it.'),
  'auth.key-refused': entry(401, 'The API key is unknown, or was revoked.'),
  'auth.forbidden': entry(403, 'Your role may not do this.'),
  'auth.refresh-refused': entry(401, 'The refresh token is unknown, was used before, or has expired.'),
  authorization_pending: entry(400, 'Nobody has approved the code yet. Ask again after the interval.'),
  slow_down: entry(400, 'You ask too often. Add five seconds to the interval.'),
  expired_token: entry(400, 'The device code has expired. Start again.'),
  access_denied: entry(400, 'The request was refused by the person asked.'),
  'quota.exhausted': entry(402, 'The quota of the organisation is used up.'),
  'tier.insufficient': entry(402, 'The tier of the organisation does not have this.'),
  'server.unavailable': entry(503, 'The server cannot do this at the moment. Try again.'),
  'server.failed': entry(500, 'The server is wrong. The request id helps whoever looks for the reason.'),
} as const satisfies Record<string, ProblemEntry>;
export type ProblemCode = keyof typeof problemTable;

export const problemCodes = Object.keys(problemTable) as ProblemCode[]; // The keys of the table above.

/** What is wrong with one place of a request. */
const Fault = v.looseObject({
  at: v.pipe(v.string(), v.description('JSON pointer into the body, or the name of a parameter.')),
  wants: v.pipe(v.string(), v.description('What was expected there. Never what was found: that may be a secret.')),
});

/**
 * An error as the API answers it, `application/problem+json`.
 *
 * `error` repeats the code where OAuth clients look for it.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9457
 */
export const Problem = v.looseObject({
  type: v.pipe(v.string(), v.description('Address of the page about the code.')),
  title: v.string(),
  status: v.number(),
  code: v.pipe(v.string(), v.description('One of the codes of this API; new ones may come.')),
  error: v.optional(v.string()),
  detail: v.optional(v.string()),
  request_id: v.optional(v.string()),
  faults: v.optional(v.array(Fault)),
  retry_after: v.optional(v.pipe(v.number(), v.description('Seconds, as in the header Retry-After.'))),
});
export type Problem = v.InferOutput<typeof Problem>;
export type Fault = v.InferOutput<typeof Fault>;
