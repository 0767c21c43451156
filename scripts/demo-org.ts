/** An organisation of its own: km signs in to a real control plane and reports a real session; what the organisation sees. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { type ApiClient, signIn } from './api-client.ts';
import { runControlPlane } from './run-control-plane.ts';

const root = fileURLToPath(new URL('../', import.meta.url));

interface Rows<T> {
  readonly rows: readonly T[];
}

const calls = (folder: string): readonly [tool: string, args: Record<string, string>][] => [
  ['list_directory', { path: folder }],
  ['read_text_file', { path: path.join(folder, 'hello.txt') }],
  ['read_text_file', { path: path.join(folder, 'no-such-file.txt') }],
  ['read_text_file', { path: path.join(folder, '../../../../.ssh/id_rsa') }],
  ['write_file', { path: path.join(folder, 'note.txt'), content: 'Written through km.\n' }],
];

/** Runs km as somebody with a home of their own does. The control plane is the one that `km init` was told. */
async function km(home: string, args: readonly string[], input = ''): Promise<string> {
  const running = promisify(execFile)(path.join(root, 'bin/km'), [...args], { env: surroundings(home) });
  running.child.stdin?.end(input);
  return (await running).stdout;
}

function surroundings(home: string): Record<string, string> {
  return { PATH: process.env.PATH ?? '', HOME: home, KM_DATA_DIR: home, KM_CONFIG_DIR: path.join(home, 'config') };
}

/** A real client talks to a real server through km, which reports at its end. */
async function monitoredSession(home: string): Promise<void> {
  const folder = path.join(home, 'files');
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'hello.txt'), 'Hello from a real file.\n');
  const client = new Client({ name: 'km-demo', version: '1.0.0' });
  const server = path.join(root, 'node_modules/.bin/mcp-server-filesystem');
  const args = ['monitor', '--name', 'files', '--', server, folder];
  const env = surroundings(home);
  await client.connect(new StdioClientTransport({ command: path.join(root, 'bin/km'), args, env, stderr: 'ignore' }));
  await client.listTools();
  for (const [name, given] of calls(folder)) await client.callTool({ name, arguments: given });
  await client.close();
}

async function makeKey(owner: ApiClient): Promise<string> {
  await owner.send('PATCH', '/api/organisation', { name: 'Demo Ltd' });
  return (await owner.send<{ api_key: string }>('POST', '/api/keys', { name: 'demo' })).api_key;
}

/** Says what the server makes of it. @returns How many calls and findings that is. */
async function printFigures(owner: ApiClient): Promise<{ readonly calls: number; readonly findings: number }> {
  const usage = await owner.get<Rows<{ key: string; calls: number }>>('/api/analytics/usage?by=method');
  const latency = await owner.get<Rows<object>>('/api/analytics/latency?by=tool');
  const sessions = await owner.get<Rows<object>>('/api/sessions');
  const findings =
    await owner.get<Rows<{ rule: string; tool: string; weight: number; reason: string }>>('/api/findings');
  print('Calls, by method', usage.rows);
  print('Milliseconds, by tool', latency.rows);
  print('Sessions', sessions.rows);
  print(
    'Findings',
    findings.rows.map(({ rule, tool, weight, reason }) => ({ rule, tool, weight, reason })),
  );
  return { calls: usage.rows.reduce((sum, row) => sum + row.calls, 0), findings: findings.rows.length };
}

function print(title: string, rows: readonly object[]): void {
  console.log(`\n${title}`);
  for (const row of rows) {
    const said = Object.entries(row).filter(([, value]) => value !== null);
    console.log(`  ${said.map(([name, value]) => `${name} ${value}`).join(', ')}`);
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } });
  if (values.help)
    return console.log('Usage: npm run demo:org\nA session of a real server, as its organisation sees it.');
  const home = mkdtempSync(path.join(tmpdir(), 'km-demo-org-'));
  const plane = await runControlPlane({ HOME: home, KM_SERVER_DATA_DIR: path.join(home, 'server') });
  try {
    console.log(`km-control-plane listens at ${plane.url}, with its database in a folder.`);
    const owner = await signIn(plane.url, plane.signInUrl ?? '');
    const apiKey = await makeKey(owner);
    const { org } = await owner.get<{ org: { name: string; tier: string } }>('/api/account');
    console.log(`The organisation ${org.name} (tier ${org.tier}) has a key: ${apiKey.slice(0, 12)}…`);
    const init = ['init', '--api-url', plane.url, '--api-key', '-', '--validate', '--plain-file'];
    console.log(`km init: ${(await km(home, init, apiKey)).trimEnd()}`);
    await monitoredSession(home);
    // What the end of the session had no time for.
    await km(home, ['telemetry', 'flush']);
    const status = JSON.parse(await km(home, ['telemetry', 'status', '--json'])) as { sent: number };
    console.log(`km has sent ${status.sent} events.`);
    const seen = await printFigures(owner);
    if (status.sent === 0 || seen.calls === 0) throw new Error('Nothing has arrived.');
    console.log(`\nDemo done: ${status.sent} events, ${seen.calls} calls, ${seen.findings} findings.`);
  } finally {
    await plane.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

await main();
