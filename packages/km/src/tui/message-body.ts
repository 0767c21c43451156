import type { Redact } from './message-heads.ts';
import { fit, printable } from './printable.ts';

/** What is looked at to show one row. */
const windowBytes = 65_536;
/** Left out at the end of a cut window: a secret that the cut has split is not recognised. Longer than any known secret. */
const marginChars = 8192;

/** The whole line as text: redacted, and safe to print. */
export function wholeBody(raw: Uint8Array, redact: Redact): string {
  return printable(redact(textOf(raw)));
}

/** The beginning of the line that fits into `columns`. Costs the same for a line of any length. */
export function bodyStart(raw: Uint8Array, columns: number, redact: Redact): string {
  if (raw.length <= windowBytes) return fit(wholeBody(raw, redact), columns);
  const start = redact(textOf(raw.subarray(0, windowBytes))).slice(0, -marginChars);
  return fit(printable(`${start}…`), columns);
}

function textOf(raw: Uint8Array): string {
  return Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('utf8');
}
