import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';

const tries = 5;

/** The locks of this process. */
const held = new Set<string>();

/**
 * Holds a folder for this process; the function given back lets go. A lock whose process has gone is taken over.
 *
 * @throws Error when a living process, or one of another host, holds it.
 */
export async function lockFolder(folder: string): Promise<() => void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, 'lock');
  for (let left = tries; left > 0; left--) {
    if (take(file)) {
      held.add(file);
      return () => {
        held.delete(file);
        rmSync(file, { force: true });
      };
    }
    const holder = readHolder(file);
    if (holder !== undefined && lives(holder, file)) {
      throw new Error(
        `${folder} is in use by process ${holder.pid} on ${holder.host}. Stop it first, or remove ${file} when it has gone.`,
      );
    }
    release(file);
  }
  throw new Error(`${file} cannot be taken.`);
}

interface Holder {
  readonly pid: number;
  readonly host: string;
}

function take(file: string): boolean {
  try {
    const fd = openSync(file, 'wx', 0o600);
    writeSync(fd, JSON.stringify({ pid: process.pid, host: hostname() } satisfies Holder));
    closeSync(fd);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function readHolder(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder; // Written above; anything else counts as nobody.
  } catch {
    return undefined; // It has gone meanwhile, or was not written to its end.
  }
}

function lives({ pid, host }: Holder, file: string): boolean {
  if (host !== hostname()) return true; // Nobody here can tell.
  // In a container each start has the same number: unless this process took it, the one before did, and has gone.
  if (pid === process.pid) return held.has(file);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** By rename, so that of two who find it stale only one takes it away. */
function release(file: string): void {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
    rmSync(aside, { force: true });
  } catch {
    // Another was quicker.
  }
}
