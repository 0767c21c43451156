// A logging relay from what npm offers: the MCP SDK's own stdio transports, back to back. They parse, validate and
// serialise every message, as any proxy built on the SDK does.
import { appendFile } from 'node:fs/promises';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';

const [log, command, ...args] = process.argv.slice(2);
const server = new StdioClientTransport({ command, args });
const client = new StdioServerTransport();

function join(dir, from, to) {
  from.onmessage = async (message) => {
    await to.send(message);
    await appendFile(log, `${JSON.stringify({ ts: new Date().toISOString(), dir, message })}\n`);
  };
}

join('c2s', client, server);
join('s2c', server, client);
server.onclose = () => process.exit(0);
process.stdin.on('end', () => server.close());
await server.start();
await client.start();
