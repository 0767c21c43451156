import { link, open, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../make-folder.ts';
import { isAlive, ownOwner, readOwner } from './owner.ts';

/** A lock file nobody has written into for so long belongs to a process that died while making it. */
const emptyLockMs = 10_000;

/**
 * Runs `work` while holding the lock file; undefined when another living process holds it.
 *
 * The lock of a dead holder is taken over by renaming it, so that of several who see it dead one gets it.
 */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T | undefined> {
  const mark = `${JSON.stringify({ ...ownOwner(), token: Math.random().toString(36).slice(2) })}\n`;
  if (!(await create(file, mark)) && !((await takeOver(file)) && (await create(file, mark)))) return undefined;
  try {
    return await work();
  } finally {
    if ((await textOf(file)) === mark) await rm(file, { force: true });
  }
}

async function create(file: string, mark: string): Promise<boolean> {
  await makeFolder(path.dirname(file));
  const handle = await open(file, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST' || error.code === 'EPERM') return undefined; // EPERM: Windows, while it is being removed.
    throw error;
  });
  if (handle === undefined) return false;
  try {
    await handle.writeFile(mark);
  } finally {
    await handle.close();
  }
  return true;
}

/** Clears the lock of a dead holder out of the way. True when the way is free. */
async function takeOver(file: string): Promise<boolean> {
  const seen = await textOf(file);
  if (seen === undefined) return true;
  if (await isHeld(file, seen)) return false;
  const aside = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}.stale`;
  try {
    await rename(file, aside);
  } catch {
    return false; // Someone else was quicker.
  }
  const taken = await textOf(aside);
  // Between reading and renaming a new holder may have come: then it is its lock that was moved, and it goes back.
  if (taken !== seen) await link(aside, file).catch(() => {});
  await rm(aside, { force: true });
  return taken === seen;
}

async function isHeld(file: string, text: string): Promise<boolean> {
  const heardAt = (await stat(file).catch(() => undefined))?.mtimeMs ?? 0;
  const owner = readOwner(parse(text));
  return owner === undefined ? Date.now() - heardAt < emptyLockMs : isAlive(owner, heardAt, Date.now());
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Not yet written, or by something that is not km.
  }
}

async function textOf(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}
