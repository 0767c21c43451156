import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { BackupError } from './read-backup.ts';

/**
 * The lines of a compressed file. Nothing is read before the first is asked for, so that none can be missed.
 *
 * @throws BackupError when the file cannot be read, is not compressed, or is cut off.
 */
export async function* linesOf(file: string): AsyncGenerator<string> {
  const packed = createReadStream(file);
  const unpacked = packed.pipe(createGunzip()).setEncoding('utf8');
  packed.once('error', (error) => unpacked.destroy(error));
  let rest = '';
  try {
    for await (const text of unpacked) {
      const lines = (rest + String(text)).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch (cause) {
    throw new BackupError(`${file} cannot be read as a backup: ${(cause as Error).message}.`, { cause });
  } finally {
    packed.destroy();
  }
  if (rest !== '') yield rest;
}
