import * as v from 'valibot';
import { tiers } from '../tiers.ts';
import { Count, described, Id, Label, page, pageOf } from './common.ts';
import { operation } from './operation.ts';
import { roles } from './roles.ts';

const Organisation = v.looseObject({
  id: Id,
  name: v.string(),
  tier: v.picklist(tiers),
  created_at: v.string(),
  retention_days: described(Count, 'After this events are dropped; roll-ups stay.'),
  sso: v.nullable(v.looseObject({ issuer: v.string(), client_id: v.string(), domains: v.array(v.string()) })),
});

export const showOrganisation = operation({
  id: 'showOrganisation',
  method: 'GET',
  path: '/api/organisation',
  summary: 'The organisation of whoever asks',
  needs: 'organisation:read',
  answer: { status: 200, schema: Organisation },
});

export const changeOrganisation = operation({
  id: 'changeOrganisation',
  method: 'PATCH',
  path: '/api/organisation',
  summary:
    'Changes name, retention or single sign-on. The client secret of single sign-on is kept encrypted and never shown',
  needs: 'organisation:write',
  body: v.looseObject({
    name: v.optional(Label),
    retention_days: v.optional(v.pipe(Count, v.minValue(1), v.maxValue(3_650))),
    sso: v.optional(
      v.nullable(
        v.looseObject({
          issuer: v.pipe(v.string(), v.url(), v.maxLength(500)),
          client_id: Label,
          client_secret: v.pipe(v.string(), v.maxLength(500)),
          domains: v.pipe(v.array(v.pipe(v.string(), v.regex(/^[a-z0-9.-]{1,253}$/))), v.maxLength(50)),
        }),
      ),
    ),
  }),
  answer: { status: 200, schema: Organisation },
});

const Member = v.looseObject({
  user_id: Id,
  email: v.string(),
  name: v.nullable(v.string()),
  role: v.picklist(roles),
  last_seen: v.nullable(v.string()),
});
const Email = v.pipe(v.string(), v.maxLength(254), v.email(), v.toLowerCase());

export const listMembers = operation({
  id: 'listMembers',
  method: 'GET',
  path: '/api/members',
  summary: 'People of the organisation',
  needs: 'members:read',
  query: v.object(page),
  answer: { status: 200, schema: pageOf(Member) },
});

export const addMember = operation({
  id: 'addMember',
  method: 'POST',
  path: '/api/members',
  summary: 'Adds a person. The answer holds a link by which they sign in, good once',
  needs: 'members:write',
  body: v.looseObject({ email: Email, role: v.picklist(roles) }),
  answer: { status: 201, schema: v.looseObject({ member: Member, sign_in_url: v.string() }) },
  problems: ['request.conflict'],
});

const memberParams = v.object({ user_id: Id });

export const changeMember = operation({
  id: 'changeMember',
  method: 'PATCH',
  path: '/api/members/{user_id}',
  summary: 'Gives a person another role. The last owner stays',
  needs: 'members:write',
  params: memberParams,
  body: v.looseObject({ role: v.picklist(roles) }),
  answer: { status: 200, schema: Member },
  problems: ['request.not-found', 'request.conflict'],
});

export const removeMember = operation({
  id: 'removeMember',
  method: 'DELETE',
  path: '/api/members/{user_id}',
  summary: 'Takes a person out of the organisation; their tokens end at once',
  needs: 'members:write',
  params: memberParams,
  answer: { status: 204, schema: undefined },
  problems: ['request.not-found', 'request.conflict'],
});

const Key = v.looseObject({
  id: Id,
  name: v.string(),
  prefix: described(v.string(), 'The beginning of the key, to tell it by.'),
  created_at: v.string(),
  created_by: v.nullable(v.string()),
  last_used: v.nullable(v.string()),
  revoked_at: v.nullable(v.string()),
});

export const listKeys = operation({
  id: 'listKeys',
  method: 'GET',
  path: '/api/keys',
  summary: 'API keys of the organisation',
  needs: 'keys:read',
  query: v.object(page),
  answer: { status: 200, schema: pageOf(Key) },
});

export const createKey = operation({
  id: 'createKey',
  method: 'POST',
  path: '/api/keys',
  summary: 'Makes an API key; it is shown this once and kept hashed',
  needs: 'keys:write',
  body: v.looseObject({ name: Label, mode: v.optional(v.picklist(['live', 'test']), 'live') }),
  answer: { status: 201, schema: v.looseObject({ key: Key, api_key: v.string() }) },
});

export const revokeKey = operation({
  id: 'revokeKey',
  method: 'DELETE',
  path: '/api/keys/{key_id}',
  summary: 'Revokes an API key, and with it at once every token that came from it',
  needs: 'keys:write',
  params: v.object({ key_id: Id }),
  answer: { status: 204, schema: undefined },
  problems: ['request.not-found'],
});

const AuditEntry = v.looseObject({
  seq: described(Count, 'Counts within the organisation, without gaps.'),
  at: v.string(),
  actor: described(v.string(), 'Person, API key or `system`.'),
  action: v.string(),
  target: v.nullable(v.string()),
  details: v.looseObject({}),
  prev: described(v.string(), 'SHA-256, hex, of the entry before; 64 zeros on the first.'),
  hash: v.string(),
});

export const listAudit = operation({
  id: 'listAudit',
  method: 'GET',
  path: '/api/audit',
  summary: 'What was done in the organisation, the latest first: append-only, chained by hashes',
  needs: 'audit:read',
  query: v.object(page),
  answer: { status: 200, schema: pageOf(AuditEntry) },
});
