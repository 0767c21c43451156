import type { Reading, Rpc } from './message.ts';

/** How much of either end of a long line is looked at, in bytes. */
const endBytes = 4096;

/**
 * Guesses what a line too long to be kept is, from its two ends: enough to pair a request with its response in the
 * record, and never used to judge. The whole line is not validated, so the reading is never `json`.
 */
export function skim(head: Uint8Array, tail: Uint8Array): Reading {
  const start = latin1(head.subarray(0, endBytes));
  const end = latin1(tail.subarray(-endBytes)).trimEnd();
  const id = idIn(start) ?? idAtEnd(end);
  const method = /^\s*\{(?:[^{}[\]]*,)?\s*"method"\s*:\s*"([^"\\]{1,200})"/.exec(start)?.[1];
  const rpc: Rpc = { ...(id !== undefined && { id }), ...(method !== undefined && { method }) };
  const unread: Reading = { kind: 'opaque', outline: undefined, opaque: 'too-long', json: false };
  if (method !== undefined) {
    const name = /"params"\s*:\s*\{(?:[^{}[\]]*,)?\s*"(?:name|uri)"\s*:\s*"([^"\\]{1,200})"/.exec(start)?.[1];
    const params = name === undefined ? {} : { params: { name } };
    return { ...unread, kind: id === undefined ? 'notification' : 'request', outline: { ...rpc, ...params } };
  }
  const answers = /^\s*\{(?:[^{}[\]]*,)?\s*"(result|error)"\s*:/.exec(start)?.[1];
  if (id === undefined || answers === undefined) return unread;
  return { ...unread, kind: 'response', outline: { id, [answers]: {} } };
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

/** An id among the scalars that stand before the first nested value. */
function idIn(start: string): string | number | undefined {
  return idOf(/^\s*\{(?:[^{}[\]]*,)?\s*"id"\s*:\s*("[^"\\]{0,200}"|-?\d{1,16})\s*[,}]/.exec(start)?.[1]);
}

/** An id that is the last or last but one member: before the final brace only the message itself can end. */
function idAtEnd(end: string): string | number | undefined {
  return idOf(/,\s*"id"\s*:\s*("[^"\\]{0,200}"|-?\d{1,16})\s*(?:,\s*"jsonrpc"\s*:\s*"2\.0"\s*)?\}$/.exec(end)?.[1]);
}

function idOf(source: string | undefined): string | number | undefined {
  return source === undefined ? undefined : (JSON.parse(source) as string | number);
}
