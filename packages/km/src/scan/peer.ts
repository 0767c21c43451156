import type { Readable, Writable } from 'node:stream';
import { Framing } from '../message/framing.ts';

/** What a server answered. */
export type Answer =
  | { readonly kind: 'result'; readonly result: unknown }
  | { readonly kind: 'error'; readonly code: number; readonly message: string };

/** The other end of a conversation in JSON-RPC. */
export interface Peer {
  /** Rejects when the server goes away before it answers. */
  request(method: string, params: object): Promise<Answer>;
  notify(method: string): void;
}

/** Longest message that is read; what is longer is no list of tools. */
const messageBytesMax = 1 << 24;
const methodNotFound = -32_601;

/** Speaks JSON-RPC over the two pipes of a program. Requests of the server are refused, but for `ping`. */
export function speakOver(source: Readable, sink: Writable): Peer {
  const open = new Map<number, { resolve(answer: Answer): void; reject(error: Error): void }>();
  let lastId = 0;
  let gone = false;
  const send = (message: object) => sink.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const take = (line: string) => {
    const message = parse(line);
    if (message === undefined) return;
    const { id, method } = message;
    if (method !== undefined) {
      if (id !== undefined) send({ id, ...replyTo(method) });
      return;
    }
    const waiting = open.get(id as number); // Another type of id is in no map of numbers.
    open.delete(id as number);
    waiting?.resolve(answerOf(message));
  };
  const end = () => {
    gone = true;
    for (const { reject } of open.values()) reject(goneAway());
    open.clear();
  };
  const framing = new Framing(messageBytesMax);
  source.on('data', (chunk: Buffer) => {
    framing.push(chunk, ({ head, bytes }) => {
      if (head.length === bytes) take(Buffer.from(head).toString());
    });
  });
  for (const event of ['end', 'error', 'close']) source.on(event, end);
  sink.on('error', end); // A server that has closed its input answers nothing any more.
  return {
    request(method, params) {
      if (gone) return Promise.reject(goneAway());
      const id = ++lastId;
      send({ id, method, params });
      return new Promise((resolve, reject) => open.set(id, { resolve, reject }));
    },
    notify: (method) => void send({ method }),
  };
}

const goneAway = () => new Error('The server ended before it had answered.');

function replyTo(method: unknown): object {
  return method === 'ping' ? { result: {} } : { error: { code: methodNotFound, message: 'Method not found' } };
}

function parse(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    // An object, as JSON.parse says; each member is looked at before it is used.
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined; // Servers do print plain text on stdout.
  }
}

function answerOf({ result, error }: Readonly<Record<string, unknown>>): Answer {
  if (typeof error !== 'object' || error === null) return { kind: 'result', result };
  const { code, message } = error as { code?: unknown; message?: unknown };
  return { kind: 'error', code: Number(code), message: String(message) };
}
