import * as v from 'valibot';
import { Count, described, Time } from './common.ts';
import { operation } from './operation.ts';

/** Kinds that are counted; km's to come may send others, which are kept and not counted. */
export const eventKinds = ['exchange', 'decision', 'session', 'resources', 'custom'] as const;

const Short = v.pipe(v.string(), v.maxLength(500));
// A terabyte: so that sums of very many stay whole numbers.
const Bytes = v.pipe(Count, v.maxValue(1e12));
const Milliseconds = v.pipe(v.number(), v.minValue(0), v.maxValue(1e10));

const EventFinding = v.looseObject({
  rule: Short,
  owasp: v.optional(Short),
  weight: v.optional(v.number()),
  reason: v.optional(v.pipe(v.string(), v.maxLength(2_000))),
});

/**
 * What km tells of one exchange or decision. Never a message body, unless `telemetry.include_content` is on: then
 * `content`, redacted.
 */
export const TelemetryEvent = v.looseObject({
  id: described(
    v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,120}$/)),
    '`run:seq`, with a suffix where one message gives several events. Sent twice it counts once.',
  ),
  kind: described(Short, 'exchange, decision, session, resources, custom; others are kept as they are.'),
  ts: described(Time, 'When it began.'),
  run: described(Short, 'UUIDv7 of the km process.'),
  session: v.optional(Short),
  server: v.optional(Short),
  client: v.optional(v.looseObject({ name: v.optional(Short), version: v.optional(Short) })),
  protocol: v.optional(Short),
  dir: v.optional(v.picklist(['c2s', 's2c'])),
  method: v.optional(Short),
  tool: v.optional(Short),
  ms: v.optional(described(Milliseconds, 'Duration, human waiting time taken out.')),
  wait_ms: v.optional(Milliseconds),
  bytes_in: v.optional(described(Bytes, 'Bytes of the request.')),
  bytes_out: v.optional(described(Bytes, 'Bytes of the response.')),
  status: v.optional(described(Short, 'ok, error, tool_error, cancelled, unanswered.')),
  error_code: v.optional(v.number()),
  outcome: v.optional(described(Short, 'forwarded, changed, blocked, answered.')),
  risk: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
  findings: v.optional(v.pipe(v.array(EventFinding), v.maxLength(50))),
  by: v.optional(
    v.pipe(v.array(v.looseObject({ by: Short, verdict: Short, reason: v.optional(Short) })), v.maxLength(50)),
  ),
  tags: v.optional(v.record(v.pipe(v.string(), v.maxLength(100)), Short)),
  name: v.optional(described(Short, 'Of a custom event.')),
  fields: v.optional(described(v.looseObject({}), 'Of a custom event, and what resources were used.')),
  content: v.optional(described(v.unknown(), 'Redacted request and response, where content is switched on.')),
  km: v.optional(described(Short, 'Version of km.')),
});
export type TelemetryEvent = v.InferOutput<typeof TelemetryEvent>;

/** Most events in one request. */
export const batchMax = 1_000;

/** One event, a list, or `{events}`. Each event is checked by itself: a bad one does not take the others with it. */
const Batch = v.union([
  v.looseObject({ events: v.pipe(v.array(v.unknown()), v.maxLength(batchMax)) }),
  v.pipe(v.array(v.unknown()), v.maxLength(batchMax)),
  v.looseObject({ id: v.string() }),
]);

export const Ingested = v.looseObject({
  accepted: described(Count, 'New, and durably kept.'),
  duplicates: described(Count, 'Known already; nothing was counted twice.'),
  rejected: described(
    v.array(v.looseObject({ index: Count, reason: v.string() })),
    'Not of the form of an event; sending them again does not help.',
  ),
  events_remaining: described(v.nullable(Count), 'What is left of the quota of this month; null where there is none.'),
});
export type Ingested = v.InferOutput<typeof Ingested>;

export const ingestEvents = operation({
  id: 'ingestEvents',
  method: 'POST',
  path: '/api/events/telemetry',
  summary: 'Takes one event or a batch, gzip, zstd or plain; idempotent by event id',
  needs: 'events:write',
  body: Batch,
  bodyBytesMax: 16 * 1024 * 1024,
  answer: { status: 200, schema: Ingested },
  problems: ['request.too-large', 'request.unsupported', 'quota.exhausted', 'tier.insufficient', 'server.unavailable'],
});
