import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { installed } from '../e2e/start-km.ts';
import { onDemand } from './on-demand.ts';
import type { ToolCall } from './talks.ts';

/** A call, and words of it by which it would be known at the server. */
interface Judged {
  readonly call: ToolCall;
  readonly words: string;
}

/** A server with calls that are to be stopped and look-alikes that are to pass. */
export interface JudgedTalk {
  readonly server: string;
  readonly command: (folder: string) => readonly string[];
  /** Called, and let through, before the others. */
  readonly before?: readonly ToolCall[];
  readonly stopped: readonly Judged[];
  readonly passed: readonly Judged[];
}

const call = (name: string, args: Record<string, unknown>, words: string): Judged => ({
  call: { name, arguments: args },
  words,
});

/** What `npm ci` has installed. */
export const filesystem: JudgedTalk = {
  server: 'server-filesystem',
  command: (folder) => installed('mcp-server-filesystem', withProject(folder)),
  stopped: [
    call('read_text_file', { path: '~/.ssh/id_rsa' }, 'id_rsa'),
    call('read_text_file', { path: '../../etc/shadow' }, 'shadow'),
  ],
  passed: [call('read_text_file', { path: '~/project/.env.example' }, '.env.example')],
};

const runs = (command: string) => call('start_process', { command, timeout_ms: 5_000 }, command);
const queries = (query: string) => call('write_query', { query }, query);
const executes = (sql: string) => call('execute_sql', { sql }, sql);
const fetches = (url: string) => call('fetch_html', { url }, url);

/** What is installed on demand. Each runs in a home that is thrown away. */
export const onDemandJudged: readonly JudgedTalk[] = [
  {
    server: 'desktop-commander',
    command: () => [onDemand.node, onDemand.program('desktop-commander')],
    stopped: [runs('rm -rf ~')],
    passed: [runs('rm -rf ./build')],
  },
  {
    server: 'mcp-server-sqlite-npx',
    command: (folder) => [onDemand.node, onDemand.program('mcp-server-sqlite-npx'), path.join(folder, 'notes.db')],
    before: [{ name: 'create_table', arguments: { query: 'CREATE TABLE note (id INTEGER, text TEXT)' } }],
    stopped: [queries('DROP TABLE note')],
    passed: [queries('DELETE FROM note WHERE id=1')],
  },
  {
    server: 'dbhub',
    command: () => [onDemand.node, onDemand.program('dbhub'), '--transport', 'stdio', '--demo'],
    stopped: [executes('DROP TABLE employee')],
    passed: [executes('DELETE FROM employee WHERE emp_no=1')],
  },
  {
    server: 'mcp-fetch-server',
    command: () => [onDemand.node, onDemand.program('mcp-fetch-server')],
    stopped: [fetches('http://[::ffff:a9fe:a9fe]/')],
    passed: [fetches('https://example.com/')],
  },
];

function withProject(folder: string): string {
  const project = path.join(folder, 'project');
  mkdirSync(project, { recursive: true });
  mkdirSync(path.join(folder, '.ssh'), { recursive: true });
  writeFileSync(path.join(project, '.env.example'), 'API_KEY=your-key-here\n');
  writeFileSync(path.join(folder, '.ssh/id_rsa'), 'no real key\n');
  return folder;
}
