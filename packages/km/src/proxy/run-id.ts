/**
 * A UUID of version 7: sorts by when it was made, so runs in a log stand in order.
 *
 * Its random part has to be unique, not secret, so Math.random does: node:crypto takes 5 ms of every start to load.
 *
 * @param time Milliseconds since the epoch.
 * @see RFC 9562, section 5.7
 */
export function newRunId(time: number): string {
  const head = time.toString(16).padStart(12, '0');
  const variant = (8 + Math.floor(Math.random() * 4)).toString(16);
  return `${head.slice(0, 8)}-${head.slice(8)}-7${randomHex(3)}-${variant}${randomHex(3)}-${randomHex(12)}`;
}

function randomHex(digits: number): string {
  return Math.floor(Math.random() * 16 ** digits)
    .toString(16)
    .padStart(digits, '0');
}

/** The run that another km names; undefined where it is none, as it goes into records as it stands. */
export function runIn(text: string | undefined): string | undefined {
  return text !== undefined && /^[0-9a-f-]{36}$/.test(text) ? text : undefined;
}
