import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { expect, test } from 'vitest';
import { everythingOver } from '../e2e/http-servers.ts';
import { relayWith } from '../e2e/relaying.ts';
import { messages, start } from '../e2e/start-km.ts';
import { onDemand } from './on-demand.ts';
import { sdkClients, talkOver } from './sdk.ts';

const calls = [
  { name: 'echo', arguments: { message: 'é   "quoted" \\ 9007199254740993' } },
  { name: 'get-sum', arguments: { a: 2, b: 40 } },
  { name: 'get-tiny-image', arguments: {} },
  { name: 'no-such-tool', arguments: {} },
];

for (const tier of ['free', 'pro']) {
  test(`SDK clients get through a relay what they get directly, and it is on record (tier ${tier})`, async () => {
    const server = await everythingOver('streamableHttp');
    const relay = await relayWith(['--url', server.href], tier);
    for (const client of sdkClients) {
      const direct = await talkOver(await client.reach({ url: server }), calls);
      expect(await talkOver(await client.reach({ url: new URL(relay.url) }), calls)).toEqual(direct);
    }
    relay.run.child.kill();
    expect(await relay.run.status).toBe(0);
    const asked = messages(relay.home, 'c2s').filter(({ method }) => method === 'tools/call');
    expect(asked.map(({ tool }) => tool).sort()).toEqual(
      sdkClients.flatMap(() => calls.map(({ name }) => name)).sort(),
    );
  });
}

test('a client of the older HTTP with SSE is relayed too', async () => {
  const server = await everythingOver('sse');
  const relay = await relayWith(['--url', server.href], 'pro');
  const talk = async (url: string) => {
    const client = new Client({ name: 'km-clients', version: '1.0.0' }, { capabilities: {} });
    // The two types differ only in what the strictest compiler options make of an optional member.
    await client.connect(new SSEClientTransport(new URL(url)) as Transport);
    return talkOver(client, calls);
  };
  expect(await talk(relay.url)).toEqual(await talk(server.href));
});

test('mcp-inspector and Claude Code reach a server through a relay', async () => {
  const server = await everythingOver('streamableHttp');
  const relay = await relayWith(['--url', server.href]);
  const { home } = relay;
  const remote = ['--cli', '-q', '--format', 'json', '--server-url', relay.url, '--transport', 'http'];
  const inspector = start([onDemand.node, onDemand.program('mcp-inspector'), ...remote, '--method', 'tools/list'], {
    home,
  });
  inspector.finish();
  expect(await inspector.status).toBe(0);
  expect(inspector.out.text).toContain('get-sum');
  const offline = { CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_TELEMETRY: '1', DISABLE_AUTOUPDATER: '1' };
  const claude = async (...args: readonly string[]) => {
    const run = start([onDemand.program('claude'), 'mcp', ...args], { home, env: offline });
    run.finish();
    await run.status;
    return run.out.text;
  };
  await claude('add', '--transport', 'http', 'relayed', relay.url);
  expect(await claude('list')).toMatch(/relayed: .*Connected/);
});
