import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

/**
 * Pids of the processes whose environment holds the mark: a run, and all that came from it, in whatever group or
 * session. Zombies have no environment left and do not count. Linux only; elsewhere the list is empty.
 */
export function markedProcesses(mark: string): number[] {
  if (process.platform !== 'linux') return [];
  return processes().filter((pid) => environment(pid).includes(mark));
}

const processes = () =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

/** Pids of the reapers that stand by for one of these process groups; they carry no mark, their environment is empty. */
export function reapersOf(groups: readonly number[]): number[] {
  const names = new Set(groups.map((group) => `km-reaper ${group} `));
  return processes().filter((pid) => names.has(commandLine(pid).split(' ').slice(-3).join(' ')));
}

/** Ends when `left` finds nothing, and fails when it still does after `deadlineMs`. */
export async function noneLeft(left: () => readonly number[], deadlineMs: number): Promise<void> {
  const end = performance.now() + deadlineMs;
  for (let pids = left(); pids.length > 0; pids = left()) {
    if (performance.now() > end) throw new Error(`Left after ${deadlineMs} ms: ${pids.map(commandLine).join('; ')}`);
    // Nothing tells about the end of a process that is not one's own child; asking is all there is.
    await setTimeout(25);
  }
}

/** Ends when `find` finds something, and fails when it still does not after `deadlineMs`. */
export async function oneThere(find: () => readonly number[], deadlineMs: number): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (find().length === 0) {
    if (performance.now() > end) throw new Error(`Nothing there after ${deadlineMs} ms.`);
    await setTimeout(25); // As above: asking is all there is.
  }
}

export function killMarked(mark: string): void {
  for (const pid of markedProcesses(mark)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself meanwhile.
    }
  }
}

function commandLine(pid: number): string {
  try {
    return `${pid} ${readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ')}`;
  } catch {
    return `${pid} (gone now)`;
  }
}

function environment(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return ''; // The process has ended meanwhile, or belongs to another user.
  }
}
