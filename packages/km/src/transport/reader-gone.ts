import { fstatSync, writeSync } from 'node:fs';

/**
 * Tells, without writing anything, that nobody can read what is written to stdout any more: a killed client leaves no other
 * sign while nothing is written.
 *
 * Clients on Node give a socket, whose peer can be asked for by writing nothing. A pipe cannot be asked; there the client
 * has gone when the process that started km has.
 *
 * @param startedBy The parent's pid when km began.
 */
export function readerGone(startedBy: number, fd = 1): boolean {
  if (process.platform === 'win32') return false;
  try {
    const kind = fstatSync(fd);
    if (kind.isSocket()) writeSync(fd, new Uint8Array(0));
    return kind.isFIFO() && process.ppid !== startedBy;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPIPE';
  }
}
