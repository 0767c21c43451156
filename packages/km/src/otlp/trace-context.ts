/** Where a span stands, as W3C Trace Context has it. */
export interface TraceContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly sampled: boolean;
  /** What other systems carry along; passed on as it came. */
  readonly state?: string;
}

const stateCharsMax = 512;

/**
 * The context that a message carries in `params._meta`; undefined when there is none, or one that is not well formed.
 *
 * @see https://www.w3.org/TR/trace-context/ and SEP-414: the keys stand in `_meta` without a prefix
 */
export function contextIn(params: unknown): TraceContext | undefined {
  const { traceparent, tracestate } = fields(fields(params)._meta);
  if (typeof traceparent !== 'string') return undefined;
  const [, version, traceId = '', spanId = '', flags = '', more] = format.exec(traceparent) ?? [];
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return undefined;
  if (isZero(traceId) || isZero(spanId)) return undefined;
  const state = typeof tracestate === 'string' && tracestate.length <= stateCharsMax ? tracestate : '';
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1, ...(state !== '' && { state }) };
}

const format = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/;

const isZero = (id: string) => /^0+$/.test(id);

export function traceparentOf({ traceId, spanId, sampled }: TraceContext): string {
  return `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;
}

/** A span below `parent`, or the first of a new trace. */
export function childOf(parent: TraceContext | undefined, newId: (bytes: number) => string): TraceContext {
  if (parent === undefined) return { traceId: newId(16), spanId: newId(8), sampled: true };
  return { ...parent, spanId: newId(8) };
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
