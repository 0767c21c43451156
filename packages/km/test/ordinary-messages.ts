const schema = { type: 'object', properties: { path: { type: 'string', enum: ['a', 'b'] } }, required: ['path'] };
const meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', progressToken: 0 };
const text = (value: string) => ({ content: [{ type: 'text', text: value }] });
const call = (id: number | string, name: string, args: object) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: args },
});

/** What a client says in ordinary sessions, of every revision. */
export const saidByClient: readonly object[] = [
  {
    jsonrpc: '2.0',
    id: 0,
    method: 'initialize',
    params: {
      protocolVersion: '2025-11-25',
      capabilities: { roots: {}, elicitation: {} },
      clientInfo: { name: 'fuzz', version: '1' },
    },
  },
  { jsonrpc: '2.0', method: 'notifications/initialized' },
  { jsonrpc: '2.0', id: 1, method: 'tools/list', params: { cursor: 'next' } },
  call(2, 'run', { command: 'rm -rf ./build && npm test', cwd: '/home/ann/project' }),
  call('2', 'read_file', { path: 'src/main.ts' }),
  call(3, 'fetch', { url: 'https://example.org/a?b=c', headers: { accept: 'text/html' } }),
  call(4, 'query', { sql: 'DELETE FROM carts WHERE id = 1', params: [1, null] }),
  call(11, 'forbidden', {}),
  { jsonrpc: '2.0', id: 5, method: 'resources/read', params: { uri: 'file:///home/ann/notes.md' } },
  { jsonrpc: '2.0', id: 6, method: 'prompts/get', params: { name: 'review', arguments: { of: 'main.ts' } } },
  { jsonrpc: '2.0', id: 7, method: 'tools/call', params: { name: 'greet', arguments: {}, _meta: meta } },
  {
    jsonrpc: '2.0',
    id: 8,
    method: 'tools/call',
    params: {
      name: 'greet',
      requestState: 'opaque',
      inputResponses: { n: { action: 'accept', content: { n: 'Ann' } } },
    },
  },
  { jsonrpc: '2.0', id: 'km-ask-1', result: { action: 'accept', content: { allow: true } } },
  { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 2, reason: 'enough' } },
  { jsonrpc: '2.0', id: 9, result: { role: 'assistant', model: 'm', content: { type: 'text', text: 'hello' } } },
];

/** What a server says in ordinary sessions. */
export const saidByServer: readonly object[] = [
  {
    jsonrpc: '2.0',
    id: 0,
    result: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, instructions: 'Read before you write.' },
  },
  {
    jsonrpc: '2.0',
    id: 1,
    result: {
      tools: ['run', 'read_file', 'fetch'].map((name) => ({
        name,
        description: `Does what its name says: ${name}.`,
        inputSchema: schema,
        annotations: { readOnlyHint: false },
      })),
      nextCursor: 'next',
    },
  },
  { jsonrpc: '2.0', id: 2, result: { ...text('42 tests passed'), structuredContent: { passed: 42 } } },
  { jsonrpc: '2.0', id: '2', result: { ...text('import { a } from "./a.ts";'), isError: false } },
  {
    jsonrpc: '2.0',
    id: 3,
    result: { content: [{ type: 'resource', resource: { uri: 'https://example.org/', text: '<p>Hello</p>' } }] },
  },
  { jsonrpc: '2.0', id: 4, error: { code: -32602, message: 'No such table: carts', data: { line: 1 } } },
  { jsonrpc: '2.0', id: 5, result: { contents: [{ uri: 'file:///home/ann/notes.md', text: 'Buy milk.' }] } },
  { jsonrpc: '2.0', id: 6, result: { messages: [{ role: 'user', content: { type: 'text', text: 'Review it.' } }] } },
  { jsonrpc: '2.0', id: 7, result: { resultType: 'input_required', inputRequests: {}, requestState: 'opaque' } },
  {
    jsonrpc: '2.0',
    id: 9,
    method: 'sampling/createMessage',
    params: { messages: [{ role: 'user', content: { type: 'text', text: 'hi' } }], maxTokens: 5 },
  },
  {
    jsonrpc: '2.0',
    id: 10,
    method: 'elicitation/create',
    params: { message: 'Your name?', requestedSchema: { type: 'object', properties: {} } },
  },
  { jsonrpc: '2.0', method: 'notifications/tools/list_changed' },
  { jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'started' } },
];
