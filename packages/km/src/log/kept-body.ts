import type { Redaction, Redactor } from '@kilometers/core/redact.ts';
import type { Body } from '../message/draft.ts';

/** What of a message over `maxMessage` is kept. */
export const keptBytes = 65_536;
/** Read beyond what is kept, so that a secret across the cut is still seen whole. */
const overlapBytes = 4_096;

/** True when only the beginning of the message is kept. */
export function isCut(body: Body, maxMessage: number): boolean {
  return body.cut === true || body.bytes.length > maxMessage;
}

/** UTF-8 as text; what is none becomes U+FFFD. */
export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
}

/** The beginning of a message, cut between characters. */
export function beginning(bytes: Uint8Array, redactor: Redactor): Redaction {
  const kept = textOf(bytes.subarray(0, wholeCharacters(bytes, keptBytes)));
  if (!redactor.mayBytes(bytes.subarray(0, keptBytes + overlapBytes))) return { text: kept, count: 0 };
  const seen = textOf(bytes.subarray(0, wholeCharacters(bytes, keptBytes + overlapBytes)));
  const clean = redactor.text(seen);
  if (clean.count === 0) return { text: kept, count: 0 };
  // Lengths have changed; what lay in the overlap is at the end, and is left away.
  const text = clean.text.slice(0, Math.min(kept.length, clean.text.length - (seen.length - kept.length)));
  return { text, count: clean.count };
}

/** The longest length up to `most` that does not end within a UTF-8 sequence. */
function wholeCharacters(bytes: Uint8Array, most: number): number {
  if (bytes.length <= most) return bytes.length;
  let end = most;
  while (end > most - 4 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return end;
}

/** JSON may be followed by blanks, such as the CR of a CRLF; a record ends where its value ends. */
export function trimEnd(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === 0x0d || bytes[end - 1] === 0x20 || bytes[end - 1] === 0x09)) end--;
  return end === bytes.length ? bytes : bytes.subarray(0, end);
}
