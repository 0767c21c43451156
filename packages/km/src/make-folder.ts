import { mkdir } from 'node:fs/promises';
import path from 'node:path';

/**
 * Makes a folder, and those it stands in, for this user alone.
 *
 * Step by step: Node's own `recursive` goes round for ever, on a full core, where a parent exists and refuses (/proc).
 *
 * @throws what the file system says, ENOTDIR and EACCES among it.
 */
export async function makeFolder(folder: string): Promise<void> {
  if (await madeOrThere(folder)) return;
  await makeFolder(path.dirname(folder));
  await mkdir(folder, { mode: 0o700 }).catch(unlessThere);
}

/** False when the parent is missing. */
async function madeOrThere(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, { mode: 0o700 });
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT' && path.dirname(folder) !== folder) return false;
    unlessThere(error);
    return true;
  }
}

function unlessThere(error: unknown): void {
  if (codeOf(error) !== 'EEXIST') throw error;
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
