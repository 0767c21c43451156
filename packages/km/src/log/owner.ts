import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Who holds a lease or a lock, so that others can tell whether it still lives. */
export interface Owner {
  readonly pid: number;
  /** Boot and PID namespace on Linux, elsewhere the host name. Process ids mean something within one space only. */
  readonly space: string;
  /** When the process began, where the system tells: a process id is given out again. */
  readonly start: string;
}

/** How long a holder of another PID space counts as living after it was last heard of. It can not be asked. */
const foreignTrustMs = 24 * 3_600_000;

let own: Owner | undefined;

/** This process. */
export function ownOwner(): Owner {
  own ??= { pid: process.pid, space: pidSpace(), start: processState(process.pid)?.start ?? '' };
  return own;
}

/** False only where it is certain, or nearly so, that the holder can not write any more. */
export function isAlive(owner: Owner, heardAt: number, now: number): boolean {
  const here = ownOwner();
  if (owner.space !== here.space) return now - heardAt < foreignTrustMs;
  if (!exists(owner.pid)) return false;
  const state = processState(owner.pid);
  if (state === undefined) return true;
  return !state.zombie && (owner.start === '' || owner.start === state.start);
}

/** The owner in a parsed lease or lock; undefined when there is none in it. */
export function readOwner(value: unknown): Owner | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { pid, space, start } = value as Partial<Record<keyof Owner, unknown>>;
  if (typeof pid !== 'number' || typeof space !== 'string' || typeof start !== 'string') return undefined;
  return { pid, space, start };
}

function pidSpace(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname(); // Not Linux, or a /proc that hides it.
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function processState(pid: number): { start: string; zombie: boolean } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in brackets may hold blanks and brackets itself, so fields are counted from its end.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { start: fields[19] ?? '', zombie: fields[0] === 'Z' };
  } catch {
    return undefined;
  }
}
