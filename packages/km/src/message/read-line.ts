import type { OpaqueReason } from '@kilometers/core/record.ts';
import { findAmbiguity } from './ambiguity.ts';
import type { MessageKind, Reading, Rpc } from './message.ts';
import { skim } from './skim.ts';

const carriageReturn = 0x0d;
const space = 0x20;
const tab = 0x09;

// `ignoreBOM` keeps a byte order mark in the text, where JSON.parse refuses it: SDK parsers refuse it as well.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const blank: Reading = { kind: 'blank', rpc: undefined, opaque: undefined, json: false };
const opaque = (reason: OpaqueReason, json = false): Reading => ({
  kind: 'opaque',
  rpc: undefined,
  opaque: reason,
  json,
});

/**
 * Reads one line: what it is, and the message in it. Never throws.
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
  if (line.subarray(0, end).indexOf(carriageReturn) !== -1) return opaque('bare-cr');
  let text: string;
  try {
    text = decoder.decode(line);
  } catch {
    return opaque('not-utf8');
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return opaque('not-json'); // Servers do print plain text on stdout; it is forwarded, not understood.
  }
  const ambiguity = findAmbiguity(text);
  return ambiguity ? opaque(ambiguity) : classify(value);
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

function classify(value: unknown): Reading {
  if (Array.isArray(value)) {
    const messages = value.length > 0 && value.every((element) => kindOf(element) !== undefined);
    return messages
      ? { kind: 'batch', rpc: value as Rpc[], opaque: undefined, json: true }
      : opaque('not-a-message', true);
  }
  const kind = kindOf(value);
  return kind ? { kind, rpc: value as Rpc, opaque: undefined, json: true } : opaque('not-a-message', true);
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
