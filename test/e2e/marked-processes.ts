import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

/**
 * Pids of the processes whose environment holds the mark: a run, and all that came from it, in whatever group or
 * session. Zombies have no environment left and do not count. Linux only; elsewhere the list is empty.
 */
export function markedProcesses(mark: string): number[] {
  if (process.platform !== 'linux') return [];
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => environment(pid).includes(mark)).map(Number);
}

/** Ends when no such process is left, and fails when some are after `deadlineMs`. */
export async function noneLeft(mark: string, deadlineMs: number): Promise<void> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const left = markedProcesses(mark);
    if (left.length === 0) return;
    if (performance.now() > end) throw new Error(`Left after ${deadlineMs} ms: ${left.map(commandLine).join('; ')}`);
    // Nothing tells about the end of a process that is not one's own child; asking is all there is.
    await setTimeout(25);
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

function environment(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return ''; // The process has ended meanwhile, or belongs to another user.
  }
}
