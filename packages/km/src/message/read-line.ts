import { isAscii, isUtf8 } from 'node:buffer';
import type { OpaqueReason } from '@kilometers/core/record.ts';
import { findAmbiguity } from './ambiguity.ts';
import type { MessageKind, Reading, Rpc } from './message.ts';
import { skim } from './skim.ts';

const carriageReturn = 0x0d;
const space = 0x20;
const tab = 0x09;

const blank: Reading = { kind: 'blank', rpc: undefined, latin1: false, opaque: undefined, json: false };
const opaque = (reason: OpaqueReason, json = false): Reading => ({
  kind: 'opaque',
  rpc: undefined,
  latin1: false,
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
  if (hasByte(line, carriageReturn, end)) return opaque('bare-cr');
  if (!isUtf8(line)) return opaque('not-utf8');
  let value: unknown;
  try {
    // As Latin-1, one byte a character: what is JSON in one reading is JSON in the other, and with other than ASCII text
    // decoding and parsing takes a third of the time.
    value = JSON.parse(asBuffer(line).toString('latin1'));
  } catch {
    return opaque('not-json'); // Servers do print plain text on stdout; it is forwarded, not understood.
  }
  const ambiguity = findAmbiguity(line);
  return ambiguity ? opaque(ambiguity) : classify(value, !isAscii(line));
}

/** The message in a line that `readLine` took for one, with its text as Unicode. */
export function parseAgain(line: Uint8Array): Rpc | readonly Rpc[] {
  return JSON.parse(asBuffer(line).toString('utf8')) as Rpc | readonly Rpc[];
}

/** Text that was read as Latin-1, as what it is. */
export function fromLatin1(text: string): string {
  return onlyAscii.test(text) ? text : Buffer.from(text, 'latin1').toString('utf8');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the whole of ASCII is meant.
const onlyAscii = /^[\x00-\x7f]*$/;

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

function hasByte(bytes: Uint8Array, byte: number, end: number): boolean {
  const at = bytes.indexOf(byte);
  return at !== -1 && at < end;
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

function classify(value: unknown, latin1: boolean): Reading {
  if (Array.isArray(value)) {
    const messages = value.length > 0 && value.every((element) => kindOf(element) !== undefined);
    return messages
      ? { kind: 'batch', rpc: value as Rpc[], latin1, opaque: undefined, json: true }
      : opaque('not-a-message', true);
  }
  const kind = kindOf(value);
  return kind ? { kind, rpc: value as Rpc, latin1, opaque: undefined, json: true } : opaque('not-a-message', true);
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
