/** Puts a real MCP client through `km monitor` to real servers and prints what was seen. Needs no network. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

const root = fileURLToPath(new URL('../', import.meta.url));
const km = path.join(root, 'bin/km');

interface Step {
  readonly what: string;
  run(client: Client): Promise<unknown>;
}

interface Seen {
  readonly calls: number;
  readonly refused: number;
}

const installed = (name: string) => path.join(root, 'node_modules/.bin', name);

const call = (name: string, args: Record<string, unknown>): Step => ({
  what: `call ${name}`,
  run: (client) => client.callTool({ name, arguments: args }),
});

const everything: readonly Step[] = [
  { what: 'list tools', run: (client) => client.listTools() },
  { what: 'list resources', run: (client) => client.listResources() },
  { what: 'list prompts', run: (client) => client.listPrompts() },
  call('echo', { message: 'hello through km' }),
  call('get-sum', { a: 2, b: 40 }),
];

const filesystem = (folder: string): readonly Step[] => [
  { what: 'list tools', run: (client) => client.listTools() },
  call('list_directory', { path: folder }),
  call('read_text_file', { path: path.join(folder, 'hello.txt') }),
  call('read_text_file', { path: path.join(folder, 'no-such-file.txt') }),
];

async function visit(server: string, command: readonly string[], data: string, steps: readonly Step[]): Promise<Seen> {
  const client = new Client({ name: 'km-demo', version: '1.0.0' });
  const args = ['monitor', '--name', server, '--', ...command];
  const env = { PATH: process.env.PATH ?? '', HOME: data, KM_DATA_DIR: data };
  console.log(`\n${server}, through km:`);
  await client.connect(new StdioClientTransport({ command: km, args, env, stderr: 'ignore' }));
  let refused = 0;
  for (const step of steps) if (await isRefused(step, client)) refused += 1;
  await client.close();
  return { calls: steps.length, refused };
}

async function isRefused({ what, run }: Step, client: Client): Promise<boolean> {
  const start = performance.now();
  const result = (await run(client)) as { isError?: boolean };
  const ms = (performance.now() - start).toFixed(1).padStart(7);
  console.log(`  ${result.isError ? '✗' : '✓'} ${what.padEnd(24)}${ms} ms`);
  return result.isError === true;
}

function print(title: string, args: readonly string[], data: string): string {
  const output = execFileSync(km, args, { env: { ...process.env, KM_DATA_DIR: data }, encoding: 'utf8' });
  console.log(`\n${title}\n${output.trimEnd()}`);
  return output;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } });
  if (values.help) return console.log('Usage: npm run demo\nA real client talks to two real servers through km.');
  const data = mkdtempSync(path.join(tmpdir(), 'km-demo-'));
  const folder = path.join(data, 'files');
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'hello.txt'), 'Hello from a real file.\n');
  console.log(execFileSync(km, ['--version'], { encoding: 'utf8' }).trimEnd());

  const seen = [
    await visit('everything', [installed('mcp-server-everything'), 'stdio'], data, everything),
    await visit('filesystem', [installed('mcp-server-filesystem'), folder], data, filesystem(folder)),
  ];

  const log = path.join(data, 'mcp_proxy.log');
  print('km logs -n 20', ['logs', '-n', '20'], data);
  print('km stats', ['stats'], data);
  print('km logs verify', ['logs', 'verify'], data);
  const total = (count: (one: Seen) => number) => seen.reduce((sum, one) => sum + count(one), 0);
  console.log(`\nThe log, for \`jq\` and \`km logs\`: ${log}`);
  console.log(
    `Demo done: ${seen.length} servers, ${total(({ calls }) => calls)} calls, ${total(({ refused }) => refused)} of them refused by its server as meant.`,
  );
}

await main();
