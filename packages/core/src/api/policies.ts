import * as v from 'valibot';
import { Count, described, page, pageOf } from './common.ts';
import { operation } from './operation.ts';

const Version = v.looseObject({
  version: described(Count, 'Counts within the organisation.'),
  created_at: v.string(),
  created_by: v.nullable(v.string()),
  note: v.nullable(v.string()),
  active: v.boolean(),
});

/** The policy in force, signed: km verifies it by the JWKS and merges it so that it can only tighten. */
export const SignedPolicy = v.looseObject({
  version: Count,
  policy: described(v.string(), 'The YAML text.'),
  jws: described(
    v.string(),
    'Compact JWS (EdDSA) over {org, version, serial, sha256 of the text, iat}; `serial` rises whenever a policy is put in force.',
  ),
});
export type SignedPolicy = v.InferOutput<typeof SignedPolicy>;

export const fetchPolicy = operation({
  id: 'fetchPolicy',
  method: 'GET',
  path: '/api/policy',
  summary: 'The policy in force, for km. Answers 304 to the ETag of the version that km has',
  needs: 'policy:fetch',
  answer: { status: 200, schema: SignedPolicy },
  problems: ['request.not-found'],
});

export const listPolicies = operation({
  id: 'listPolicies',
  method: 'GET',
  path: '/api/policies',
  summary: 'Every version of the policy, the latest first',
  needs: 'policies:read',
  query: v.object(page),
  answer: { status: 200, schema: pageOf(Version) },
});

const versionParams = v.object({ version: v.pipe(v.string(), v.regex(/^\d{1,9}$/), v.transform(Number)) });

export const showPolicy = operation({
  id: 'showPolicy',
  method: 'GET',
  path: '/api/policies/{version}',
  summary: 'One version of the policy, with its text',
  needs: 'policies:read',
  params: versionParams,
  answer: { status: 200, schema: v.looseObject({ ...Version.entries, policy: v.string() }) },
  problems: ['request.not-found'],
});

export const createPolicy = operation({
  id: 'createPolicy',
  method: 'POST',
  path: '/api/policies',
  summary: 'Checks a policy and keeps it as a new version; `activate` puts it in force',
  needs: 'policies:write',
  body: v.looseObject({
    policy: v.pipe(v.string(), v.maxLength(1_048_576)),
    note: v.optional(v.pipe(v.string(), v.maxLength(1_000))),
    activate: v.optional(v.boolean(), false),
  }),
  bodyBytesMax: 2 * 1024 * 1024,
  answer: { status: 201, schema: Version },
});

export const activatePolicy = operation({
  id: 'activatePolicy',
  method: 'POST',
  path: '/api/policies/{version}/activate',
  summary: 'Puts a version in force; an earlier one too',
  needs: 'policies:write',
  params: versionParams,
  answer: { status: 200, schema: Version },
  problems: ['request.not-found'],
});
