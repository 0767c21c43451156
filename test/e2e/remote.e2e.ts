import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sdkClients, talkOver } from '../clients/sdk.ts';
import { installedTalks } from '../clients/talks.ts';
import { type Asked, bodyOf, everythingOver, json, reach, serve } from './http-servers.ts';
import { callTool, initialize, line } from './rpc.ts';
import { km, logLines, makeHome, messages, monitor, records, runKm, surroundingsOf, testServer } from './start-km.ts';

const calls = (installedTalks[0]?.calls('') ?? []).slice(0, 2);

test.each(['streamableHttp', 'sse'] as const)(
  'a client on stdio reaches a server that speaks %s',
  async (transport) => {
    const url = await everythingOver(transport);
    const home = makeHome();
    const command = [km, 'monitor', '--url', String(url)] as const;
    // The older transport has nothing to do with who the client is.
    const clients = transport === 'sse' ? sdkClients.slice(-1) : sdkClients;
    for (const client of clients) {
      const through = await client.connect({ command, env: surroundingsOf(home) });
      const answers = await talkOver(through, calls);
      expect(answers.slice(1)).toMatchObject([
        { content: [{ text: expect.stringContaining('Echo') }] },
        { content: [{ text: expect.stringContaining('42') }] },
      ]);
      if (transport === 'streamableHttp') {
        expect(answers).toEqual(await talkOver(await client.reach({ url }), calls));
      }
    }
    const asked = messages(home, 'c2s').filter(({ method }) => method === 'tools/call');
    expect(asked.map(({ tool }) => tool)).toEqual(clients.flatMap(() => calls.map(({ name }) => name)));
  },
);

/** A server whose tools do what they are told; gives what has reached it. */
async function obedient() {
  const reached: { readonly asked: Asked; readonly authorization: string | undefined }[] = [];
  const url = await serve(async (request, response) => {
    const asked = await bodyOf(request);
    if (request.method !== 'POST') return void response.writeHead(405).end();
    reached.push({ asked, authorization: request.headers.authorization });
    if (asked.id === undefined) return void response.writeHead(202).end();
    const content = [{ type: 'text', text: 'done' }];
    const result = asked.method === 'initialize' ? { protocolVersion: '2025-11-25', capabilities: {} } : { content };
    json(response, { jsonrpc: '2.0', id: asked.id, result });
  });
  return { url, reached };
}

test('a call that is refused never reaches a server across the network', async () => {
  const { url, reached } = await obedient();
  const run = reach(url, [], makeHome(), { KM_DEFAULT_TIER: 'pro' });
  run.child.stdin.write(initialize(0) + line({ method: 'notifications/initialized' }));
  run.finish(callTool(1, 'run_command', { command: 'rm -rf ~' }) + callTool(2, 'run_command', { command: 'ls' }));
  expect(await run.status).toBe(0);
  expect(run.out.text).toContain('Blocked by km');
  expect(reached.map(({ asked }) => asked.id ?? asked.method)).toEqual([0, 'notifications/initialized', 2]);
  expect(records(run.home).at(-1)).toMatchObject({ kind: 'end', open: 0, exit: 0 });
});

test('what is sent with each request is seen by the server, and nowhere else', async () => {
  const { url, reached } = await obedient();
  url.searchParams.set('key', 'in-the-address-7f3a');
  const run = reach(url, ['-vvv', '--header', 'Authorization: Bearer $' + '{TOKEN}'], makeHome(), {
    TOKEN: 'hunter2-9c1e',
  });
  run.child.stdin.write(initialize(0));
  await run.out.has('"id":0');
  const words = `/proc/${run.child.pid}/cmdline`;
  if (existsSync(words)) expect(readFileSync(words, 'utf8')).not.toContain('hunter2');
  run.finish();
  expect(await run.status).toBe(0);
  expect(reached[0]?.authorization).toBe('Bearer hunter2-9c1e');
  const said = logLines(run.home).join('') + run.err.text;
  expect(said).not.toContain('hunter2');
  expect(said).not.toContain('7f3a');
  expect(records(run.home)[0]).toMatchObject({ server: url.host, info: { command: [`${url.origin}/mcp`] } });
});

test('an address and a program are one too many; behind the dashes an option is the program’s', async () => {
  expect(await runKm(['monitor', '--url', 'localhost:1', '--', 'echo'])).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('both an address and a program'),
  });
  const run = monitor(testServer('echoes', '--url', 'localhost:1'));
  run.finish(initialize(0));
  await run.status;
  expect(run.out.text).toContain('"id":0');
});

test('a server that is not there is told to whoever asks, and km ends when the client does', async () => {
  const run = reach('127.0.0.1:1');
  run.finish(initialize(7));
  expect(await run.status).toBe(0);
  expect(JSON.parse(run.out.text)).toMatchObject({
    id: 7,
    error: { message: expect.stringContaining('ECONNREFUSED') },
  });
});
