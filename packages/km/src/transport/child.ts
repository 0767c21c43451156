import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { type ErrorCode, KmError } from '@kilometers/core/errors.ts';
import type { ServerExit } from './server-end.ts';

/** A running server, with its process group. */
export interface Child {
  readonly pid: number;
  readonly source: Readable;
  readonly sink: Writable;
  readonly stderr: Readable;
  /** Ends with the program itself; its output may still flow, and programs it started may still run. */
  readonly exited: Promise<ServerExit>;
  /** Sends a signal to the whole process group. */
  kill(signal: NodeJS.Signals): void;
  /** True while any process of the group lives. */
  groupLives(): boolean;
}

/**
 * Starts a program in a process group of its own, with pipes at all three ends.
 *
 * @param cwd Where it runs; the working folder of km when not given.
 * @throws KmError `program.*` when it cannot be started.
 */
export async function spawnChild(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  cwd?: string,
): Promise<Child> {
  const child = (await programStarter())(command, args, { env, cwd });
  // Listeners at once: an await before them would miss the events.
  const exited = new Promise<ServerExit>((resolve) => {
    child.once('exit', (code, signal) => resolve(exitOf(code, signal)));
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) => reject(spawnError(command, cause)));
  });
  return {
    pid: child.pid as number, // Set once `spawn` has been emitted.
    source: child.stdout as Readable, // The three are pipes because `stdio` says so.
    sink: child.stdin as Writable,
    stderr: child.stderr as Readable,
    exited,
    kill: (signal) => void signalGroup(child, signal),
    groupLives: () => signalGroup(child, 0),
  };
}

async function programStarter() {
  // `npx` and its like are .cmd files on Windows, which only a shell can start.
  const start = process.platform === 'win32' ? (await import('./windows-program.ts')).startOnWindows : spawn;
  return (command: string, args: readonly string[], place: Pick<SpawnOptions, 'env' | 'cwd'>): ChildProcess => {
    const options = { ...place, stdio: 'pipe', windowsHide: true, detached: process.platform !== 'win32' } as const;
    try {
      return start(command, [...args], options);
    } catch (cause) {
      throw spawnError(command, cause);
    }
  };
}

/** Signals the whole process group; signal 0 only asks. False when the group is gone. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  if (process.platform === 'win32') return signal === 0 ? child.exitCode === null : child.kill(signal);
  try {
    return process.kill(-(child.pid as number), signal);
  } catch {
    return false; // ESRCH: nobody left. EPERM cannot be: the group was started by us.
  }
}

function exitOf(code: number | null, signal: NodeJS.Signals | null): ServerExit {
  const status = code ?? 128 + (signal ? constants.signals[signal] : 0);
  return { status, signal: signal ?? undefined };
}

const spawnErrors: Readonly<Record<string, ErrorCode>> = {
  ENOENT: 'program.not-found',
  EACCES: 'program.not-executable',
  EMFILE: 'program.too-many-files',
  ENFILE: 'program.too-many-files',
  EAGAIN: 'program.too-many-files',
};

function spawnError(command: string, cause: unknown): KmError {
  const { code = '' } = cause as NodeJS.ErrnoException;
  if (code === 'ENOENT' && command.includes('/') && existsSync(command)) {
    const fix = 'Check the first line of the script (`#!…`): the program it names must exist.';
    return new KmError('program.not-found', `The interpreter of ${command} was not found.`, { cause, fix });
  }
  const kind = spawnErrors[code] ?? 'program.failed';
  const said = {
    'program.not-found': `The program ${command} was not found.`,
    'program.not-executable': `The program ${command} is not executable.`,
  };
  return new KmError(kind, said[kind as keyof typeof said] ?? `The program ${command} could not be started.`, {
    cause,
  });
}
