import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { Reply } from './reply.ts';

/** A reply, and the client that it goes to. */
async function replyAndClient(): Promise<{ reply: Reply; client: IncomingMessage }> {
  let take: (reply: Reply) => void = () => {};
  const replied = new Promise<Reply>((resolve) => {
    take = resolve;
  });
  const server = createServer((_, res) => take(new Reply(res)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const client = new Promise<IncomingMessage>((resolve) => {
    get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' }, resolve).on('error', () => {});
  });
  const reply = await replied;
  reply.startStream();
  return { reply, client: await client };
}

test('a client that reads nothing is noticed, and one that reads again is not held against it', async () => {
  const { reply, client } = await replyAndClient();
  client.pause();
  client.on('error', () => {});
  reply.event(new Uint8Array(20_000_000).fill(0x61));
  reply.beat(); // What the system's own buffers take at first.
  expect([reply.beat(), reply.beat(), reply.beat()]).toEqual([2, 3, 4]);
  client.resume();
  await reply.room();
  expect([reply.waitingBytes, reply.beat()]).toEqual([0, 0]);
});

test('whoever waits for room hears of it too when the client has gone', async () => {
  const { reply, client } = await replyAndClient();
  client.pause();
  client.on('error', () => {});
  const gone = new Promise<void>((resolve) => reply.onGone(resolve));
  reply.event(new Uint8Array(20_000_000).fill(0x61));
  const room = reply.room();
  client.destroy();
  await Promise.all([room, gone]);
  expect(reply.live).toBe(false);
});

test('a stream says that it lives, and a carriage return does not end its event', async () => {
  const { reply, client } = await replyAndClient();
  reply.keepAlive();
  reply.event(Buffer.from('{"a":1,\r"b":2}'), '1-1');
  reply.end();
  let text = '';
  for await (const chunk of client) text += chunk;
  expect(text).toBe(':\n\nid: 1-1\ndata: {"a":1, "b":2}\n\n');
});
