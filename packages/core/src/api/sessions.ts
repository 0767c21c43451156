import * as v from 'valibot';
import { Count, Id, page, pageOf, Time } from './common.ts';
import { TelemetryEvent } from './events.ts';
import { operation } from './operation.ts';

const Name = v.pipe(v.string(), v.maxLength(500));

const Session = v.looseObject({
  run: v.string(),
  session: v.nullable(v.string()),
  server: v.nullable(v.string()),
  client: v.nullable(v.string()),
  first_at: v.string(),
  last_at: v.string(),
  calls: Count,
  errors: Count,
  blocked: Count,
  max_risk: v.nullable(v.number()),
});

export const listSessions = operation({
  id: 'listSessions',
  method: 'GET',
  path: '/api/sessions',
  summary: 'Runs of km, the latest first',
  needs: 'sessions:read',
  query: v.object({ ...page, from: v.optional(Time), to: v.optional(Time), server: v.optional(Name) }),
  answer: { status: 200, schema: pageOf(Session) },
});

export const listSessionEvents = operation({
  id: 'listSessionEvents',
  method: 'GET',
  path: '/api/sessions/{run}/events',
  summary: 'What happened in one run, the latest first',
  needs: 'sessions:read',
  params: v.object({ run: v.pipe(v.string(), v.maxLength(200)) }),
  query: v.object(page),
  answer: { status: 200, schema: pageOf(TelemetryEvent) },
});

/** What a person made of a finding. */
export const findingStates = ['open', 'confirmed', 'false_alarm'] as const;

const Finding = v.looseObject({
  id: Id,
  at: v.string(),
  event_id: v.string(),
  run: v.string(),
  server: v.nullable(v.string()),
  tool: v.nullable(v.string()),
  rule: v.string(),
  owasp: v.nullable(v.string()),
  weight: v.nullable(v.number()),
  reason: v.nullable(v.string()),
  outcome: v.nullable(v.string()),
  state: v.picklist(findingStates),
});

export const listFindings = operation({
  id: 'listFindings',
  method: 'GET',
  path: '/api/findings',
  summary: 'What the risk engines of the organisation saw, the latest first',
  needs: 'findings:read',
  query: v.object({
    ...page,
    from: v.optional(Time),
    to: v.optional(Time),
    rule: v.optional(Name),
    server: v.optional(Name),
    state: v.optional(v.picklist(findingStates)),
  }),
  answer: { status: 200, schema: pageOf(Finding) },
});

export const judgeFinding = operation({
  id: 'judgeFinding',
  method: 'PATCH',
  path: '/api/findings/{finding_id}',
  summary: 'Says whether a finding was right',
  needs: 'findings:write',
  params: v.object({ finding_id: Id }),
  body: v.looseObject({ state: v.picklist(findingStates) }),
  answer: { status: 200, schema: Finding },
  problems: ['request.not-found'],
});

export const followEvents = operation({
  id: 'followEvents',
  method: 'GET',
  path: '/api/live',
  summary: 'Events as they come, as a stream of server-sent events',
  needs: 'sessions:read',
  answer: { status: 200, schema: undefined, type: 'text/event-stream' },
});
