import { connect } from 'node:net';
import { onTestFinished } from 'vitest';

/** Sends bytes as they are over a connection of its own, and gives all that comes back until it is closed. */
export function sendText(url: URL, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(Number(url.port), url.hostname);
    onTestFinished(() => void socket.destroy());
    let heard = '';
    socket.on('data', (chunk) => {
      heard += chunk;
    });
    socket.on('error', () => resolve(heard));
    socket.on('close', () => resolve(heard));
    socket.write(text);
  });
}

/** A POST with these header lines, and the status that answers it. */
export async function postStatus(url: URL, lines: readonly string[], body: string): Promise<number> {
  const length = `Content-Length: ${Buffer.byteLength(body)}`;
  const text = ['POST /mcp HTTP/1.1', ...lines, length, 'Connection: close', '', body].join('\r\n');
  return Number((await sendText(url, text)).slice(9, 12));
}
