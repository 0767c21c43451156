import type { IncomingMessage } from 'node:http';
import type { Writable } from 'node:stream';
import { now } from '../clock.ts';
import type { Line } from '../message/framing.ts';
import { type Direction, Message, type Origin, type Rpc } from '../message/message.ts';
import type { Conversation } from './conversation.ts';

/** One HTTP request on its way, as far as its messages are concerned. */
export interface Passage {
  readonly conversation: Conversation;
  readonly origin: Origin;
}

export function messageOf({ origin }: Passage, dir: Direction, line: Line): Message {
  return new Message(dir, line, Date.now(), now(), origin);
}

/** Writes, and waits while the reader is behind. False when nobody reads any more. */
export async function writeTo(sink: Writable, bytes: Uint8Array): Promise<boolean> {
  if (sink.destroyed || sink.writableEnded) return false;
  if (sink.write(bytes)) return true;
  await new Promise<void>((resolve) => {
    const done = () => {
      sink.off('drain', done);
      sink.off('close', done);
      resolve();
    };
    sink.on('drain', done);
    sink.on('close', done);
  });
  return !sink.destroyed;
}

/** A message of km's own, put on record. */
export function sayFor({ conversation, origin }: Passage, dir: Direction, rpc: Rpc | readonly Rpc[]): Uint8Array {
  const bytes = Buffer.from(JSON.stringify(rpc));
  conversation.said(dir, bytes, origin);
  return bytes;
}

export function header({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name];
  return value === undefined ? undefined : String(value);
}
