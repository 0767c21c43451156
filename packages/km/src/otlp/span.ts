import { type Attribute, attributesOf } from './attributes.ts';

/** Who is meant by a span: the one that received a message, or the one that sent it on. */
export const spanKinds = { server: 2, client: 3 } as const;
const statusError = 2;

/** A span as OTLP writes it in JSON. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly traceState?: string;
  readonly name: string;
  readonly kind: 2 | 3;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
  readonly status: { readonly code?: number; readonly message?: string };
}

export function statusOf(failure: { readonly message?: string } | undefined): Span['status'] {
  if (failure === undefined) return {};
  return { code: statusError, ...(failure.message !== undefined && { message: failure.message }) };
}

/** The body of a request that exports spans. */
export function spansBody(resource: Readonly<Record<string, string>>, version: string, spans: readonly Span[]): string {
  const scopeSpans = [{ scope: { name: 'km', version }, spans }];
  return JSON.stringify({ resourceSpans: [{ resource: { attributes: attributesOf(resource) }, scopeSpans }] });
}
