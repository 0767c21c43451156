// Speaks MCP 2025-03-26 with batches: an array of requests is answered with one array of responses.
import { onMessages, serverInfo } from './messages.mjs';

const results = {
  initialize: { protocolVersion: '2025-03-26', capabilities: { tools: {} }, serverInfo },
  'tools/list': { tools: [{ name: 'echo', inputSchema: { type: 'object' } }] },
};

function respond({ id, method, params }) {
  const text = String(params?.arguments?.message);
  const result = method === 'tools/call' ? { content: [{ type: 'text', text }] } : results[method];
  if (result !== undefined) return { jsonrpc: '2.0', id, result };
  return { jsonrpc: '2.0', id, error: { code: -32601, message: `Method not found: ${method}` } };
}

onMessages((message) => {
  const requests = [message].flat().filter(({ id }) => id !== undefined);
  if (requests.length === 0) return;
  const responses = requests.map(respond);
  process.stdout.write(`${JSON.stringify(Array.isArray(message) ? responses : responses[0])}\n`);
});
