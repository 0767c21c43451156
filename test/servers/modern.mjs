// Speaks MCP 2026-07-28: `greet` needs an input first (`input_required`, requestState), `work` is a task done at the second poll.
import { answer, onMessages, send, serverInfo } from './messages.mjs';

const meta = { 'io.modelcontextprotocol/serverInfo': serverInfo };
const cache = { ttlMs: 0, cacheScope: 'private' };
const complete = (id, result) => answer(id, { resultType: 'complete', ...result, _meta: meta });
const text = (value) => ({ content: [{ type: 'text', text: value }] });
const tool = (name) => ({ name, description: `The ${name} tool.`, inputSchema: { type: 'object' } });

const requestState = 'eyJzdGVwIjoxfQ.opaque+/=';
const question = {
  method: 'elicitation/create',
  params: {
    mode: 'form',
    message: 'Your name?',
    requestedSchema: { type: 'object', properties: { name: { type: 'string' } } },
  },
};
let polls = 0;

function greet(id, params) {
  if (params.requestState === requestState)
    return complete(id, text(`Hello ${params.inputResponses.name.content.name}`));
  answer(id, { resultType: 'input_required', inputRequests: { name: question }, requestState, _meta: meta });
}

const task = (status) => ({
  taskId: 'task-1',
  status,
  createdAt: '2026-07-28T00:00:00Z',
  lastUpdatedAt: '2026-07-28T00:00:00Z',
  ttlMs: 60_000,
  pollIntervalMs: 10,
});

const calls = {
  greet,
  echo: (id, params) => complete(id, text(String(params.arguments?.message))),
  work: (id) => answer(id, { resultType: 'task', ...task('working'), _meta: meta }),
};

const methods = {
  'server/discover': (id) =>
    complete(id, {
      supportedVersions: ['2026-07-28'],
      capabilities: { tools: {}, extensions: { 'io.modelcontextprotocol/tasks': {} } },
      serverInfo,
      ...cache,
    }),
  'tools/list': (id) => complete(id, { tools: Object.keys(calls).map(tool), ...cache }),
  'tools/call': (id, params) => calls[params.name](id, params),
  'tasks/get': (id) => {
    polls += 1;
    complete(id, polls < 2 ? task('working') : { ...task('completed'), result: text('worked') });
  },
};

onMessages(({ id, method, params }) => {
  if (id === undefined) return;
  const handle = methods[method];
  if (handle !== undefined) return handle(id, params);
  send({ id, error: { code: -32601, message: `Method not found: ${method}` } });
});
