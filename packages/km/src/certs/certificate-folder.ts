import { X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { KmError } from '@kilometers/core/errors.ts';
import { issue, type Pair } from './issue.ts';

export interface FolderParts {
  readonly folder: string;
  /** Names and addresses the server is reached under. */
  readonly hosts: readonly string[];
  readonly days: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const dayMs = 86_400_000;
const authorityDays = 3_650;

/** Clocks differ: what was made just now is to hold there too. */
const sinceMs = 3_600_000;

/**
 * Puts certificates for a server and its clients into a folder, signed by an authority of their own. The authority is made
 * once and stays, so that renewed certificates are trusted by whoever trusts it.
 *
 * @returns True when the authority is new.
 * @throws KmError `usage.unwritable`
 */
export function fillFolder({ folder, hosts, days, now }: FolderParts): boolean {
  const from = now - sinceMs;
  const known = readAuthority(folder, now + days * dayMs);
  const name = `km authority ${new Date(now).toISOString().slice(0, 10)}`;
  const authority = known ?? issue({ name, use: 'ca', from, until: now + authorityDays * dayMs });
  const until = now + days * dayMs;
  if (known === undefined) writePair(folder, 'ca', authority);
  writePair(folder, 'server', issue({ name: 'km', use: 'server', hosts, from, until }, authority));
  writePair(folder, 'client', issue({ name: 'km client', use: 'client', from, until }, authority));
  return known === undefined;
}

/** The authority of an earlier time, where it lives long enough. */
function readAuthority(folder: string, until: number): Pair | undefined {
  try {
    const [cert, key] = ['ca.pem', 'ca-key.pem'].map((name) => readFileSync(path.join(folder, name), 'utf8'));
    if (cert === undefined || key === undefined) return undefined;
    return Date.parse(new X509Certificate(cert).validTo) > until ? { cert, key } : undefined;
  } catch {
    return undefined; // There is none yet.
  }
}

function writePair(folder: string, name: string, { cert, key }: Pair): void {
  write(path.join(folder, `${name}-key.pem`), key, 0o600);
  write(path.join(folder, `${name}.pem`), cert, 0o644);
}

/** As a whole: a km that listens reads it again while it is being written. */
function write(file: string, text: string, mode: number): void {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(temporary, text, { mode, flag: 'wx' });
    renameSync(temporary, file);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw new KmError('usage.unwritable', `${file} cannot be written.`, { cause });
  }
}
