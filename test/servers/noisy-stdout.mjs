// Prints what no MCP server should (banner, blank lines, CRLF, BOM, half JSON) around answers that are right.
import { onMessages, serverInfo } from './messages.mjs';

process.stdout.write('Starting server v1.0 …\n\n  \n\uFEFF{"jsonrpc":"2.0","method":"notifications/bom"}\n{"half":\n');
onMessages(({ id, method, params }) => {
  if (id === undefined) return;
  const initialized = { protocolVersion: params?.protocolVersion, capabilities: { tools: {} }, serverInfo };
  const result = method === 'initialize' ? initialized : method === 'tools/list' ? { tools: [] } : {};
  process.stdout.write(`[debug] ${method}\r\n${JSON.stringify({ jsonrpc: '2.0', id, result })}\r\n`);
});
