import type { Reading } from './message.ts';

/** Reads one line: what it is, and the message in it. Never throws. */
export function readLine(_line: Uint8Array, _bytes: number): Reading {
  return { kind: 'blank', rpc: undefined, opaque: undefined, json: false };
}
