import { expect, test } from 'vitest';
import { call, lookAt, stopped } from '../../test/look-at.ts';
import { openContexts } from './contexts.ts';
import type { Span } from './span.ts';
import { traceRun } from './trace-run.ts';

/** A run with the spans it makes. Ids count: the first is 01. */
function tracing() {
  let ids = 0;
  const contexts = openContexts((bytes) => (++ids).toString(16).padStart(2 * bytes, '0'));
  const spans: Span[] = [];
  const run = traceRun({
    facts: { run: 'r', session: 's', server: 'files' },
    transports: { client: 'tcp', server: 'pipe' },
    protocol: () => '2025-11-25',
    redact: (text) => text.replaceAll('secret', '[redacted]'),
    contexts,
    onSpan: (span) => spans.push(span),
    clock: { time: () => 0, at: () => 1_000 },
  });
  return { ...lookAt(run), end: run.end, spans, contexts };
}

const attributes = ({ attributes: all }: Span) =>
  Object.fromEntries(all.map(({ key, value }) => [key, value.stringValue]));

const parent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

test('a call is a span that was received and, below it, one that was sent on', () => {
  const { client, server, spans, began } = tracing();
  client(call(7));
  server({ jsonrpc: '2.0', id: 7, result: {} });
  const [received, sent] = spans as [Span, Span];
  expect(received).toMatchObject({
    traceId: '1'.padStart(32, '0'),
    spanId: '2'.padStart(16, '0'),
    name: 'tools/call echo',
    kind: 2,
    startTimeUnixNano: `${began + 10}000000`,
    endTimeUnixNano: `${began + 20}000000`,
    status: {},
  });
  expect(received.parentSpanId).toBeUndefined();
  expect(sent).toMatchObject({ traceId: received.traceId, parentSpanId: received.spanId, kind: 3 });
  expect(attributes(received)).toEqual({
    'mcp.method.name': 'tools/call',
    'gen_ai.tool.name': 'echo',
    'gen_ai.operation.name': 'execute_tool',
    'jsonrpc.request.id': '7',
    'mcp.protocol.version': '2025-11-25',
    'network.transport': 'tcp',
    'km.server': 'files',
    'km.session': 's',
    'km.run': 'r',
  });
  expect(attributes(sent)['network.transport']).toBe('pipe');
});

test('the context that a message carries is the parent, and its tracestate goes along', () => {
  const { client, server, spans } = tracing();
  client(call(1, 'echo', { _meta: { traceparent: parent, tracestate: 'a=b' } }));
  server({ jsonrpc: '2.0', id: 1, result: {} });
  expect(spans[0]).toMatchObject({
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    parentSpanId: '00f067aa0ba902b7',
    traceState: 'a=b',
  });
});

test('whoever did not sample has no spans made', () => {
  const { client, server, spans } = tracing();
  client(call(1, 'echo', { _meta: { traceparent: parent.replace(/01$/, '00') } }));
  server({ jsonrpc: '2.0', id: 1, result: {} });
  expect(spans).toEqual([]);
});

test.each(['00-0-1-01', parent.replace('4bf9', 'xxxx'), parent.replace(/[1-9a-f]/g, '0'), `${parent}-more`, 7])(
  'what is no trace context begins a trace of its own: %s',
  (traceparent) => {
    const { client, server, spans } = tracing();
    client(call(1, 'echo', { _meta: { traceparent } }));
    server({ jsonrpc: '2.0', id: 1, result: {} });
    expect(spans.map(({ traceId }) => traceId)).toEqual(['1', '1'].map((id) => id.padStart(32, '0')));
  },
);

test.each([
  [{ result: { isError: true } }, 'tool_error', undefined, undefined],
  [{ error: { code: -32602, message: 'no secret' } }, '-32602', '-32602', 'no [redacted]'],
  [{ error: { code: 'odd' } }, '_OTHER', undefined, undefined],
])('a failure says why: %j', (answer, type, code, message) => {
  const { client, server, spans } = tracing();
  client(call(1));
  server({ jsonrpc: '2.0', id: 1, ...answer });
  for (const span of spans) {
    expect(attributes(span)['error.type']).toBe(type);
    expect(attributes(span)['rpc.response.status_code']).toBe(code);
    expect(span.status).toEqual({ code: 2, ...(message !== undefined && { message }) });
  }
});

test('what km stops has no span on the other side', () => {
  const { client, answers, spans } = tracing();
  client(call(1), stopped);
  answers({ jsonrpc: '2.0', id: 1, result: { isError: true } });
  expect(spans.map(({ kind, status }) => ({ kind, status }))).toEqual([
    { kind: 2, status: { code: 2, message: 'Stopped by km.' } },
  ]);
});

test('requests of the server, notifications and the elements of a batch have spans of their own', () => {
  const { client, server, spans } = tracing();
  server({ jsonrpc: '2.0', id: 1, method: 'roots/list' });
  client({ jsonrpc: '2.0', method: 'notifications/initialized' });
  client([call(2, 'a'), call(3, 'b')]);
  server([
    { jsonrpc: '2.0', id: 3, result: {} },
    { jsonrpc: '2.0', id: 2, error: { code: 5, message: 'x' } },
  ]);
  client({ jsonrpc: '2.0', id: 1, result: {} });
  const seen = spans.filter(({ kind }) => kind === 2).map((span) => [span.name, attributes(span)['error.type'] ?? '']);
  expect(seen).toEqual([
    ['notifications/initialized', ''],
    ['tools/call b', ''],
    ['tools/call a', '5'],
    ['roots/list', ''],
  ]);
  expect(attributes(spans.at(-2) as Span)['network.transport']).toBe('pipe');
});

test('the URI of a resource is an attribute without its secrets, and never a name', () => {
  const { client, server, spans } = tracing();
  client({ jsonrpc: '2.0', id: 1, method: 'resources/read', params: { uri: 'https://x/?k=secret' } });
  server({ jsonrpc: '2.0', id: 1, result: {} });
  expect(spans[0]?.name).toBe('resources/read');
  expect(attributes(spans[0] as Span)['mcp.resource.uri']).toBe('https://x/?k=[redacted]');
});

test('what is not answered when the session ends is an error', () => {
  const { client, end, spans } = tracing();
  client(call(1));
  end();
  expect(spans.map((span) => attributes(span)['error.type'])).toEqual(['unanswered', 'unanswered']);
});

test('a context that was told to the server is that of the span', () => {
  const { client, server, spans, contexts } = tracing();
  const pair = contexts.plan('c2s', 1, call(1));
  client(call(1));
  server({ jsonrpc: '2.0', id: 1, result: {} });
  expect(spans[1]?.spanId).toBe(pair.client.spanId);
});
