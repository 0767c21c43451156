import { closeSync, fsyncSync, mkdirSync, openSync, readlinkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { KmError } from '@kilometers/core/errors.ts';
import { because } from '../errors/system-error.ts';

/**
 * Replaces a file as a whole: whoever reads it sees the old text or the new one. Only its owner may read it. A symbolic
 * link stays, and the file that it leads to is replaced: people keep their configuration in a repository.
 *
 * @throws KmError `config.unwritable`; the file is then as it was.
 */
export function writePrivate(file: string, text: string): void {
  try {
    const target = followLinks(file);
    mkdirSync(path.dirname(target), { recursive: true, mode: 0o700 });
    const temporary = `${target}.${process.pid}.tmp`;
    try {
      writeThrough(temporary, text);
      renameSync(temporary, target);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  } catch (error) {
    throw new KmError('config.unwritable', `The configuration file ${file} cannot be written.`, because(error));
  }
}

/** By hand, because the end of the chain need not exist yet. */
function followLinks(file: string): string {
  let target = file;
  // As many as Linux follows; the write will complain about a longer chain.
  for (let links = 0; links < 40; links++) {
    try {
      target = path.resolve(path.dirname(target), readlinkSync(target));
    } catch {
      return target; // Not a link, or not there: this is the file that is meant.
    }
  }
  return target;
}

function writeThrough(file: string, text: string): void {
  const fd = openSync(file, 'wx', 0o600);
  try {
    writeFileSync(fd, text);
    // On disk before it takes the name, or a power cut could leave an empty file under it.
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
