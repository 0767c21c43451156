import { readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../../scripts/free-port.ts';
import { callTool, initialize, request } from './rpc.ts';
import { dataFolder, makeHome, messages, monitor, testServer } from './start-km.ts';

const ask = async (port: number) => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();

async function served(port: number): Promise<string> {
  for (;;) {
    const text = await ask(port).catch(() => undefined);
    if (text !== undefined) return text;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('a km serves what it counts, and the next what both have counted', async () => {
  const [port, home] = [await freePort(), makeHome()];
  const env = { KM_DEFAULT_TIER: 'pro', KM_METRICS_ENABLED: '1', KM_METRICS_PORT: String(port) };
  for (const sofar of [1, 2]) {
    const run = monitor(testServer('modern'), { home, env, options: ['--name', 'echoer'] });
    run.child.stdin.write(initialize() + callTool(1, 'echo', { message: 'hello' }));
    await run.out.has('hello');
    const echoed = `km_calls_total{server="echoer",direction="c2s",method="tools/call",tool="echo",status="ok"} ${sofar}\n`;
    let text = await served(port);
    while (!text.includes(echoed)) text = await ask(port);
    run.finish();
    expect(await run.status).toBe(0);
  }
});

test('in the free tier nobody listens and nothing is counted', async () => {
  const home = makeHome();
  const run = monitor(testServer('modern'), { home, env: { KM_METRICS_ENABLED: '1', KM_OTLP_ENABLED: '1' } });
  run.finish(initialize());
  await run.status;
  expect(readdirSync(dataFolder(home))).not.toContain('metrics');
});

/** A collector of OpenTelemetry: what it was sent, and with which headers. */
async function collector() {
  const came: { path: string | undefined; key: unknown; body: string }[] = [];
  const server = createServer(async (incoming, response) => {
    const body = Buffer.concat(await incoming.toArray()).toString();
    came.push({ path: incoming.url, key: incoming.headers['x-key'], body });
    response.end('{}');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.close();
  });
  return { came, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test('the server is told the span that the collector hears of, and never the secret of the collector', async () => {
  const { came, url } = await collector();
  const [home, notes] = [makeHome(), path.join(makeHome(), 'came')];
  const secret = { KM_OTLP_HEADERS: 'x-key=not-for-servers' };
  const env = { KM_DEFAULT_TIER: 'pro', KM_OTLP_ENABLED: '1', KM_OTLP_ENDPOINT: url, KM_OTLP_INJECT: '1', ...secret };
  const run = monitor(['sh', '-c', 'env >&2; exec "$0" "$@"', ...testServer('notes-what-comes', notes)], { home, env });
  run.finish(initialize() + request(1, 'ping') + callTool(2, 'echo', { big: 1 }));
  await run.status;
  expect(came.map(({ path: to, key }) => [to, key])).toEqual([
    ['/v1/traces', 'not-for-servers'],
    ['/v1/metrics', 'not-for-servers'],
  ]);
  const call = messages(home, 'c2s').find(({ method }) => method === 'tools/call');
  expect(call).toMatchObject({ outcome: 'changed', by: [{ by: 'trace-context', verdict: 'replace' }] });
  const [, traceId, spanId] = /"traceparent":"00-(\w+)-(\w+)-01"/.exec(JSON.stringify(call?.message)) ?? [];
  expect(came[0]?.body).toContain(`"traceId":"${traceId}"`);
  expect(came[0]?.body).toContain(`"spanId":"${spanId}"`);
  expect(messages(home, 'c2s').find(({ method }) => method === 'ping')?.outcome).toBe('forwarded');
  for (const text of [run.err.text, JSON.stringify(messages(home))]) expect(text).not.toContain('not-for-servers');
});
