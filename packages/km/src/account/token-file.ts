import { closeSync, fstatSync, futimesSync, openSync, rmSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../make-folder.ts';
import type { KeptToken } from './read-token.ts';

const secondsOf = (ms: number) => ms / 1_000;

/** Replaces the file as a whole, for this user alone. */
export async function writeToken(file: string, token: Omit<KeptToken, 'seenAt'>): Promise<void> {
  const { jwt, receivedAt: received_at, expiresAt: expires_at, ...rest } = token;
  const text = JSON.stringify({ v: 1, ...rest, jwt: jwt.reveal(), received_at, expires_at });
  await makeFolder(path.dirname(file));
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, `${text}\n`, { mode: 0o600, flag: 'wx' });
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Leaves word of the time: the file's own says the latest that a km has seen, and only ever goes on. */
export function markSeen(file: string, now: number): void {
  let fd: number | undefined;
  try {
    fd = openSync(file, 'r+');
    if (fstatSync(fd).mtimeMs < now) futimesSync(fd, secondsOf(now), secondsOf(now));
  } catch {
    // There is no file, or none that can be written: then there is no tier to hold either, or it ends the sooner.
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** The token is of no use any more. */
export function removeToken(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // What cannot be removed is refused by the control plane, which is the one that counts.
  }
}
