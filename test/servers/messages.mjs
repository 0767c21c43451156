// Shared by the servers here: reads JSON-RPC messages from stdin and writes them to stdout, one a line.
import { createInterface } from 'node:readline';

export const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);

export const answer = (id, result) => send({ id, result });

export const serverInfo = { name: 'km-test-server', version: '1.0.0' };

/** Calls `take` with each message, and `ended` once the client has closed stdin. */
export function onMessages(take, ended = () => {}) {
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => take(JSON.parse(line)));
  lines.on('close', ended);
}

export function answerInitialize({ id, params }, capabilities = { tools: {} }) {
  const { protocolVersion } = params ?? { protocolVersion: '2025-11-25' };
  answer(id, { protocolVersion, capabilities, serverInfo });
}
