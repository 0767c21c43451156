import { randomFillSync } from 'node:crypto';

/**
 * A UUID of version 7: sorts by when it was made, so runs in a log stand in order.
 *
 * @param time Milliseconds since the epoch.
 * @see RFC 9562, section 5.7
 */
export function newRunId(time: number): string {
  const bytes = randomFillSync(Buffer.alloc(16));
  bytes.writeUIntBE(time, 0, 6);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
