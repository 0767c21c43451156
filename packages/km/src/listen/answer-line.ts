import { elementsOf } from '../message/members.ts';
import type { Rpc } from '../message/message.ts';
import { parse } from '../message/outline.ts';
import { readLine } from '../message/read-line.ts';

/** A message of the server's that is to be handed to a client. */
export interface Said {
  readonly line: Uint8Array;
  /** At least what says whom it is for. */
  readonly rpc: Rpc;
}

/**
 * The messages of a line that a server printed; none when it is no message.
 *
 * A line that a guard could not trust, such as one with a double key, is read as clients would: on stdio they get it too.
 */
export function messagesOf(line: Uint8Array): Said[] {
  const { kind, outline } = readLine(line, line.length);
  if (kind === 'blank') return [];
  if (kind === 'opaque') return lenient(line);
  if (kind !== 'batch') return [{ line, rpc: outline as Rpc }];
  return elementsOf(line).map(({ start, end }) => {
    const element = line.subarray(start, end);
    return { line: element, rpc: parse(element) as Rpc };
  });
}

function lenient(line: Uint8Array): Said[] {
  try {
    const rpc = parse(line);
    return typeof rpc === 'object' && rpc !== null && !Array.isArray(rpc) ? [{ line, rpc: rpc as Rpc }] : [];
  } catch {
    return []; // Servers do print plain text on stdout; it is on record, and no client can be meant.
  }
}
