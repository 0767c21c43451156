import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { expect, onTestFinished, test } from 'vitest';
import { km, makeHome, messages, testServer } from './start-km.ts';

const policy = [
  'version: 1',
  'order: first-match',
  'rules:',
  '  - name: ask-before-echo',
  '    when: tool.name == "echo"',
  '    action: ask',
  '    reason: An echo may be heard.',
].join('\n');

/** The SDK's client of MCP 2026-07-28, in which servers do not ask but answer that they need more, and what its person says. */
async function connect(home: string, say: 'accept' | 'decline') {
  const folder = path.join(home, '.config/km');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'policy.yaml'), policy);
  const questions: string[] = [];
  const client = new Client(
    { name: 'km-e2e', version: '1.0.0' },
    { capabilities: { elicitation: {} }, versionNegotiation: { mode: 'auto' } },
  );
  client.setRequestHandler('elicitation/create', ({ params }) => {
    questions.push(params.message);
    return say === 'accept' ? { action: 'accept', content: { allow: true } } : { action: say };
  });
  const [command = '', ...args] = [km, 'monitor', '--', ...testServer('modern')];
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: home,
    KM_DATA_DIR: path.join(home, 'data'),
    KM_DEFAULT_TIER: 'pro',
  };
  await client.connect(new StdioClientTransport({ command, args, env, stderr: 'ignore' }));
  onTestFinished(() => client.close());
  return { client, questions };
}

const echo = { name: 'echo', arguments: { message: 'hello' } };

test('in MCP 2026-07-28 the person is asked by a result that needs more, and a yes lets the very call through', async () => {
  const home = makeHome();
  const { client, questions } = await connect(home, 'accept');
  expect((await client.callTool(echo)).content).toEqual([{ type: 'text', text: 'hello' }]);
  expect(questions).toEqual([expect.stringContaining('An echo may be heard.')]);
  await client.callTool(echo);
  expect(questions).toHaveLength(2);
});

test('a no is answered as a blocked call is', async () => {
  const home = makeHome();
  const { client, questions } = await connect(home, 'decline');
  const { isError } = await client.callTool(echo);
  expect([isError, questions.length]).toEqual([true, 1]);
  await client.close();
  const calls = messages(home, 'c2s').filter(({ tool }) => tool === 'echo');
  expect(calls.map(({ outcome }) => outcome)).toEqual(['answered', 'answered']);
});
