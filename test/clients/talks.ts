import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { installed } from '../e2e/start-km.ts';
import { onDemand } from './on-demand.ts';

/** A call of a tool whose answer is the same each time. */
export interface ToolCall {
  readonly name: string;
  readonly arguments: Record<string, unknown>;
}

/** A server, and what to ask it. */
export interface Talk {
  readonly server: string;
  readonly command: (folder: string) => readonly string[];
  readonly env?: (folder: string) => Record<string, string>;
  readonly calls: (folder: string) => readonly ToolCall[];
}

const observation = { entityName: 'km', contents: ['is a proxy'] };
const entity = { name: 'km', entityType: 'program', observations: ['keeps a log'] };

/** What `npm ci` has installed. */
export const installedTalks: readonly Talk[] = [
  {
    server: 'server-everything',
    command: () => installed('mcp-server-everything', 'stdio'),
    calls: () => [
      { name: 'echo', arguments: { message: 'é \u2028 "quoted" \\ 9007199254740993' } },
      { name: 'get-sum', arguments: { a: 2, b: 40 } },
      { name: 'get-tiny-image', arguments: {} },
      { name: 'no-such-tool', arguments: {} },
    ],
  },
  {
    server: 'server-filesystem',
    command: (folder) => installed('mcp-server-filesystem', withNote(folder)),
    calls: (folder) => [
      { name: 'read_text_file', arguments: { path: path.join(folder, 'files/note.txt') } },
      { name: 'list_directory', arguments: { path: path.join(folder, 'files') } },
      { name: 'read_text_file', arguments: { path: '/etc/passwd' } },
    ],
  },
  {
    server: 'server-memory',
    command: () => installed('mcp-server-memory'),
    env: (folder) => ({ MEMORY_FILE_PATH: path.join(folder, 'memory.jsonl') }),
    calls: () => [
      { name: 'create_entities', arguments: { entities: [entity] } },
      { name: 'add_observations', arguments: { observations: [observation] } },
      { name: 'read_graph', arguments: {} },
      { name: 'delete_entities', arguments: { entityNames: ['km'] } },
    ],
  },
];

const create = 'CREATE TABLE IF NOT EXISTS note (text TEXT)';
const insert = "INSERT INTO note VALUES ('é')";

/** What is installed on demand. */
export const onDemandTalks: readonly Talk[] = [
  {
    server: 'mcp-server-sqlite-npx',
    command: (folder) => [onDemand.node, onDemand.program('mcp-server-sqlite-npx'), emptyDatabase(folder)],
    calls: () => [
      { name: 'create_table', arguments: { query: create } },
      { name: 'write_query', arguments: { query: insert } },
      { name: 'read_query', arguments: { query: 'SELECT * FROM note' } },
      { name: 'read_query', arguments: { query: 'SELECT * FROM nothing' } },
    ],
  },
  {
    server: 'dbhub',
    command: () => [onDemand.node, onDemand.program('dbhub'), '--transport', 'stdio', '--demo'],
    calls: () => [
      { name: 'execute_sql', arguments: { sql: 'SELECT 40 + 2 AS answer' } },
      { name: 'execute_sql', arguments: { sql: 'SELECT * FROM nothing' } },
    ],
  },
];

/** A fresh one for each run: with and without km the calls meet the same state. */
function emptyDatabase(folder: string): string {
  const file = path.join(folder, 'notes.db');
  rmSync(file, { force: true });
  return file;
}

function withNote(folder: string): string {
  const files = path.join(folder, 'files');
  mkdirSync(files, { recursive: true });
  writeFileSync(path.join(files, 'note.txt'), 'one\r\ntwo\n');
  return files;
}
