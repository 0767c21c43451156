import { elementsOf } from '../message/members.ts';
import type { MessageKind, Rpc } from '../message/message.ts';
import { parse } from '../message/outline.ts';
import { readLine } from '../message/read-line.ts';
import { codes, type Refusal } from './rpc-error.ts';

/** A message that a client has posted. */
export interface Posted {
  /** One line, without its newline. */
  readonly line: Uint8Array;
  readonly kind: Extract<MessageKind, 'request' | 'response' | 'notification'>;
  readonly rpc: Rpc;
}

/** What a body holds: one message, or several in an array (MCP 2025-03-26). */
export interface PostedBody {
  readonly messages: readonly Posted[];
  readonly batch: boolean;
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;

/**
 * Reads the body of a POST. What two parsers may read differently is refused: it could be routed by one reading and acted on
 * by another.
 */
export function readPosted(body: Uint8Array): PostedBody | Refusal {
  const line = onOneLine(body);
  if (line === undefined) return refused(codes.parse, 'The body is not JSON.');
  const { kind, opaque } = readLine(line, line.length);
  if (kind === 'blank') return refused(codes.parse, 'The body is empty.');
  if (kind === 'opaque') {
    const unread = opaque === 'not-json' || opaque === 'not-utf8' || opaque === 'bare-cr';
    if (unread) return refused(codes.parse, 'The body is not JSON.');
    return refused(codes.invalidRequest, `The body is not one well-formed JSON-RPC message (${opaque}).`);
  }
  if (kind !== 'batch') return { messages: [{ line, kind, rpc: parse(line) as Rpc }], batch: false };
  const messages = elementsOf(line).map(({ start, end }) => posted(line.subarray(start, end)));
  return { messages, batch: true };
}

function posted(line: Uint8Array): Posted {
  // `readLine` took the array for a batch, so each of its elements is a message.
  return { line, kind: readLine(line, line.length).kind as Posted['kind'], rpc: parse(line) as Rpc };
}

/** JSON may be spread over several lines, and a line of stdio may not. Undefined when it is not JSON. */
function onOneLine(body: Uint8Array): Uint8Array | undefined {
  if (!body.includes(lineFeed) && !body.includes(carriageReturn)) return body;
  try {
    parse(body); // Or a line break within a string would turn from an error into a space.
  } catch {
    return undefined;
  }
  return body.map((byte) => (byte === lineFeed || byte === carriageReturn ? space : byte));
}

function refused(code: number, message: string): Refusal {
  return { status: 400, code, message };
}
