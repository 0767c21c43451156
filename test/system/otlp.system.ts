import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { callTool, initialize, line, request } from '../e2e/rpc.ts';
import { monitor, testServer } from '../e2e/start-km.ts';
import { openDecoder } from './otlp-decoder.ts';

/** A collector that keeps what it is sent, by path. */
async function collector() {
  const bodies: { path: string; body: string }[] = [];
  const server = createServer(async (incoming, response) => {
    const parts = await incoming.toArray();
    bodies.push({ path: incoming.url ?? '', body: Buffer.concat(parts).toString() });
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"partialSuccess":{}}');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.close();
  });
  const of = (path: string) => bodies.filter((one) => one.path === path).map(({ body }) => body);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, of };
}

test('spans and figures are read by the published definitions, and nothing in them is unknown', async () => {
  const { traces, metrics } = openDecoder();
  const { url, of } = await collector();
  const env = { KM_DEFAULT_TIER: 'pro', KM_OTLP_ENABLED: 'true', KM_OTLP_ENDPOINT: url };
  const run = monitor(testServer('modern'), { env });
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  const traced = { name: 'echo', arguments: { message: 'x' }, _meta: { traceparent, tracestate: 'a=b' } };
  run.child.stdin.write(initialize() + line({ method: 'notifications/initialized' }));
  run.child.stdin.write(request(1, 'tools/call', traced) + callTool(2, 'run_command', { command: 'rm -rf ~' }));
  run.child.stdin.write(request(3, 'resources/read', { uri: 'x://y' }));
  await run.out.has('"id":3');
  run.finish();
  await run.status;

  const [spans = '', ...more] = of('/v1/traces');
  const [figures = ''] = of('/v1/metrics');
  expect(more).toEqual([]);
  expect(spans).toContain('"parentSpanId":"00f067aa0ba902b7"');
  expect(figures).toContain('mcp.server.operation.duration');
  expect([traces(spans), metrics(figures)]).toEqual([true, true]);
  // The test of the test: what the definitions do not know is seen.
  expect(traces(spans.replace('"kind"', '"kindOf"'))).toBe(false);
  expect(metrics(figures.replace('"bucketCounts"', '"buckets"'))).toBe(false);
});
