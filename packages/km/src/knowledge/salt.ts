import { randomBytes } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../make-folder.ts';

const saltBytes = 32;

/**
 * The key of this machine's marks. Whoever finds the marks without it cannot try values out.
 *
 * @throws what the file system says.
 */
export async function machineSalt(folder: string): Promise<Uint8Array> {
  const file = path.join(folder, 'salt');
  const found = await read(file);
  if (found !== undefined && found.length === saltBytes) return found;
  await makeFolder(folder);
  const temporary = `${file}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`;
  await writeFile(temporary, randomBytes(saltBytes).toString('hex'), { mode: 0o600 });
  try {
    // Of several that start at once, one makes the salt: a link fails where the name is taken.
    if (found === undefined) await link(temporary, file).catch(unlessThere);
    else await rename(temporary, file); // What is there is damaged.
  } finally {
    await rm(temporary, { force: true });
  }
  return (await read(file)) ?? randomBytes(saltBytes);
}

async function read(file: string): Promise<Buffer | undefined> {
  try {
    return Buffer.from(await readFile(file, 'latin1'), 'hex');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function unlessThere(error: unknown): void {
  if (codeOf(error) !== 'EEXIST') throw error;
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;
