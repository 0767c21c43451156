import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Secret } from '../config/secret.ts';

/** The access token that all km's of this user share. */
export interface KeptToken {
  /** Where it was made, and for which key. */
  readonly origin: string;
  readonly credential: string;
  readonly jwt: Secret;
  /** What an older server said beside a token that names no tier. */
  readonly plan: string | undefined;
  /** By the clock of this machine, in milliseconds since the epoch. */
  readonly receivedAt: number;
  readonly expiresAt: number;
  /** The latest moment that a km on this machine has seen: from a clock that was set back, it tells. */
  readonly seenAt: number;
}

/** The file for the key that was signed in with, or for one that the environment has. */
export function tokenFile(accountFolder: string, environmentKey: string | undefined): string {
  return path.join(accountFolder, environmentKey === undefined ? 'token.json' : `token-${environmentKey}.json`);
}

/**
 * What the file holds; undefined when there is none, or none that this km understands. On the way of every start of
 * `km monitor`: one small file, read at once.
 */
export function readToken(file: string): KeptToken | undefined {
  let fd: number | undefined;
  try {
    fd = openSync(file, 'r');
    const { mtimeMs } = fstatSync(fd);
    return parse(JSON.parse(readFileSync(fd, 'utf8')), mtimeMs);
  } catch {
    return undefined; // Nobody is signed in, or the file was cut: a renewal writes it anew.
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function parse(value: Record<string, unknown>, seenAt: number): KeptToken | undefined {
  const { v, origin, credential, jwt, plan, received_at, expires_at } = value;
  if (v !== 1 || typeof jwt !== 'string' || typeof origin !== 'string' || typeof credential !== 'string')
    return undefined;
  if (typeof received_at !== 'number' || typeof expires_at !== 'number') return undefined;
  const times = { receivedAt: received_at, expiresAt: expires_at, seenAt: Math.max(seenAt, received_at) };
  return { origin, credential, jwt: new Secret(jwt), plan: typeof plan === 'string' ? plan : undefined, ...times };
}
