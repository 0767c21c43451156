// A server of MCP 2026-07-28 that many clients share: `echo` answers later the longer its text, `slow` tells progress, `never`
// gives no answer, `cancelled` tells which requests were, `change` tells those who listen, `die` ends it.
import { onMessages, send, serverInfo } from './messages.mjs';

const meta = { 'io.modelcontextprotocol/serverInfo': serverInfo };
const subscriptionKey = 'io.modelcontextprotocol/subscriptionId';
const complete = (id, result) => send({ id, result: { resultType: 'complete', ...result, _meta: meta } });
const text = (value) => ({ content: [{ type: 'text', text: String(value) }] });
const listeners = [];
const cancelled = [];

const calls = {
  echo: (id, { text: value }) => setTimeout(() => complete(id, text(value)), value.length),
  slow(id, _, { progressToken } = {}) {
    for (const progress of [1, 2]) send({ method: 'notifications/progress', params: { progressToken, progress } });
    complete(id, text('done'));
  },
  never() {},
  cancelled: (id) => complete(id, text(cancelled.length)),
  change(id) {
    for (const listener of listeners)
      send({ method: 'notifications/tools/list_changed', params: { _meta: { [subscriptionKey]: listener } } });
    complete(id, text(listeners.length));
  },
  die: () => process.exit(4),
};

const region = { type: 'string', 'x-mcp-header': 'Region' };
const tools = [{ name: 'echo', inputSchema: { type: 'object', properties: { text: { type: 'string' }, region } } }];

onMessages(({ id, method, params }) => {
  if (method === 'tools/call') calls[params.name](id, params.arguments ?? {}, params._meta);
  else if (method === 'tools/list') complete(id, { tools, ttlMs: 0, cacheScope: 'private' });
  else if (method === 'notifications/cancelled') cancelled.push(params.requestId);
  else if (method === 'subscriptions/listen') {
    listeners.push(id);
    send({ method: 'notifications/subscriptions/acknowledged', params: { _meta: { [subscriptionKey]: id } } });
  } else if (id !== undefined) send({ id, error: { code: -32601, message: `There is no ${method}.` } });
});
