import * as v from 'valibot';
import { Count, described, Time } from './common.ts';
import { operation } from './operation.ts';

/** By what figures can be told apart. `tag:NAME` takes the value of one tag. */
export const dimensions = ['server', 'method', 'tool', 'client', 'status', 'tag'] as const;

const Name = v.pipe(v.string(), v.maxLength(500));
const By = v.pipe(v.string(), v.regex(/^(?:server|method|tool|client|tag:[A-Za-z0-9_.-]{1,100})$/));

/** What every analysis takes. Times are ISO 8601; without them the last 24 hours. */
export const AnalyticsQuery = v.object({
  from: v.optional(Time),
  to: v.optional(Time),
  bucket: described(v.optional(v.picklist(['hour', 'day', 'all']), 'all'), 'Length of each row in time.'),
  by: v.optional(By),
  server: v.optional(Name),
  method: v.optional(Name),
  tool: v.optional(Name),
  client: v.optional(Name),
  tag: v.optional(described(v.pipe(v.string(), v.regex(/^[^=]{1,100}=.{0,500}$/)), '`key=value`.')),
});
export type AnalyticsQuery = v.InferOutput<typeof AnalyticsQuery>;

const at = {
  t: described(v.nullable(v.string()), 'Beginning of the row; null where `bucket` is `all`.'),
  key: described(v.nullable(v.string()), 'Value of what `by` names; null without it.'),
};

const rowsOf = <T extends v.ObjectEntries>(entries: T) =>
  v.looseObject({ from: v.string(), to: v.string(), rows: v.array(v.looseObject({ ...at, ...entries })) });

const analysis = <const Id extends string, T extends v.ObjectEntries>(id: Id, path: string, summary: string, rows: T) =>
  operation({
    id,
    method: 'GET',
    path: `/api/analytics/${path}`,
    summary,
    needs: 'analytics:read',
    query: AnalyticsQuery,
    answer: { status: 200, schema: rowsOf(rows) },
  });

export const showUsage = analysis('showUsage', 'usage', 'Calls, bytes and sessions over time', {
  calls: Count,
  bytes_in: Count,
  bytes_out: Count,
});

const Quantile = v.nullable(v.number());
export const showLatency = analysis(
  'showLatency',
  'latency',
  'How long calls took, in milliseconds; within 3 % of the true value',
  {
    calls: Count,
    mean: Quantile,
    p50: Quantile,
    p95: Quantile,
    p99: Quantile,
  },
);

export const showErrors = analysis('showErrors', 'errors', 'Calls that failed, and how', {
  calls: Count,
  errors: Count,
  tool_errors: Count,
  unanswered: Count,
});

export const showRisk = analysis('showRisk', 'risk', 'Calls of high risk, and what became of them', {
  calls: Count,
  noted: described(Count, 'Of a score from 0.4 on.'),
  high: described(Count, 'Of a score from 0.8 on.'),
  blocked: Count,
  changed: Count,
});
