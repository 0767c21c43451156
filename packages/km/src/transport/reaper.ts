import { spawn } from 'node:child_process';
import type { Writable } from 'node:stream';

/**
 * Waits for a line, and ends the process group when it gets none: after its input closes without one, km is dead or wants
 * what is left of the group to end. Ignores the signals that would end it together with km.
 */
const script =
  'trap "" TERM INT HUP; read -r line || { kill -s TERM -- "-$1"; sleep 1; kill -s KILL -- "-$1"; } 2>/dev/null';

/** The reaper takes 2 ms to start; it waits until the server is under way. A server this young sees EOF and ends. */
const delayMs = 20;

/** Stands by to end a process group that km could not end itself. */
export interface Reaper {
  /** The group is gone: nothing to do. */
  dismiss(): void;
  /** Processes of the group are left: end them. km need not wait. */
  reap(): void;
}

/**
 * Starts a reaper for a process group, so that no orphan is left even when km is killed with SIGKILL. A child that has left
 * its group (setsid) escapes. On Windows there is none: the system's job object ends the direct child.
 */
export function startReaper(groupId: number): Reaper {
  if (process.platform === 'win32') return { dismiss: () => {}, reap: () => {} };
  let reaper: Writable | undefined;
  const input = () => {
    clearTimeout(timer);
    reaper ??= spawnReaper(groupId);
    return reaper;
  };
  const timer = setTimeout(input, delayMs);
  return {
    dismiss() {
      clearTimeout(timer);
      reaper?.end('done\n');
    },
    reap: () => input().end(),
  };
}

function spawnReaper(groupId: number): Writable {
  const reaper = spawn('/bin/sh', ['-c', script, 'km-reaper', String(groupId)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: {},
  });
  // Without a reaper everything else still works; only a SIGKILL of km could then leave an orphan.
  reaper.on('error', () => {});
  reaper.stdin.on('error', () => {});
  reaper.unref();
  return reaper.stdin;
}
