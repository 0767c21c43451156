import { isUtf8 } from 'node:buffer';
import type { OpaqueReason } from '@kilometers/core/record.ts';
import type { MessageKind, Reading, Rpc } from './message.ts';
import { Outline, parse } from './outline.ts';
import { scan } from './scan.ts';
import { skim } from './skim.ts';

const carriageReturn = 0x0d;
const space = 0x20;
const tab = 0x09;
const openObject = 0x7b;

const blank: Reading = { kind: 'blank', outline: undefined, opaque: undefined, json: false };
const opaque = (reason: OpaqueReason, json = false): Reading => ({
  kind: 'opaque',
  outline: undefined,
  opaque: reason,
  json,
});

/**
 * Reads one line: what it is, and the outline of the message in it. Never throws.
 *
 * A line that two parsers may read differently is `opaque`, also where JSON.parse would take it: a guard and the server
 * behind it must not see different messages.
 *
 * @param line The line without its newline, or its first bytes.
 * @param bytes Length of the whole line; more than `line` holds when it was cut.
 * @param tail The last bytes of a line that was cut.
 */
export function readLine(line: Uint8Array, bytes: number, tail?: Uint8Array): Reading {
  if (bytes > line.length) return skim(line, tail ?? line);
  const end = trimEnd(line);
  if (end === 0) return blank;
  if (hasByte(line, carriageReturn, end)) return opaque('bare-cr');
  if (!isUtf8(line)) return opaque('not-utf8');
  const outline = new Outline(line);
  const trouble = scan(line, (parent, name, start, valueEnd) => outline.note(parent, name, start, valueEnd));
  if (trouble) return opaque(trouble);
  return classify(outline.wanting || firstByte(line) !== openObject ? parse(line) : outline.rpc);
}

function trimEnd(line: Uint8Array): number {
  let end = line.length;
  while (end > 0) {
    const byte = line[end - 1];
    if (byte !== carriageReturn && byte !== space && byte !== tab) break;
    end--;
  }
  return end;
}

function hasByte(bytes: Uint8Array, byte: number, end: number): boolean {
  const at = bytes.indexOf(byte);
  return at !== -1 && at < end;
}

function firstByte(line: Uint8Array): number | undefined {
  let i = 0;
  while (line[i] === space || line[i] === tab) i++;
  return line[i];
}

function classify(outline: unknown): Reading {
  if (Array.isArray(outline)) {
    const messages = outline.length > 0 && outline.every((element) => kindOf(element) !== undefined);
    return messages ? { kind: 'batch', outline, opaque: undefined, json: true } : opaque('not-a-message', true);
  }
  const kind = kindOf(outline);
  return kind ? { kind, outline: outline as Rpc, opaque: undefined, json: true } : opaque('not-a-message', true);
}

/**
 * Kind of a single JSON-RPC message, undefined when it is none. `jsonrpc` is not asked for: a server that does without
 * would act on the message all the same.
 */
export function kindOf(value: unknown): Extract<MessageKind, 'request' | 'response' | 'notification'> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { id, method, result, error } = value as Record<string, unknown>;
  const answer = result !== undefined || error !== undefined;
  if (id !== undefined && id !== null && typeof id !== 'string' && typeof id !== 'number') return undefined;
  if (method === undefined) return answer && id !== undefined ? 'response' : undefined;
  if (typeof method !== 'string' || answer) return undefined;
  return id === undefined ? 'notification' : 'request';
}
