import { type Child, spawnChild } from '../transport/child.ts';
import { startReaper } from '../transport/reaper.ts';
import { type Listing, listServer } from './list-server.ts';
import { speakOver } from './peer.ts';

/** A program to start and to ask. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string | undefined;
}

interface Asking {
  readonly about: { readonly name: string; readonly version: string };
  readonly timeoutMs: number;
}

/** What is kept of what a server prints on stderr: enough for its last words. */
const lastWordsBytes = 2_048;

/** How long a server may take to end after its input has. */
const leaveMs = 500;

/** Thrown when a server does not answer as one; with what it said last. */
export class NoServer extends Error {
  readonly lastWords: string;

  constructor(cause: unknown, lastWords: string) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.lastWords = lastWords;
  }
}

/**
 * Starts a server, asks for all it has to list, and ends it with everything it started.
 *
 * @throws KmError `program.*` when it cannot be started. @throws NoServer when it does not answer.
 */
export async function askProgram({ command, args, env, cwd }: Program, { about, timeoutMs }: Asking): Promise<Listing> {
  const child = await spawnChild(command, args, env, cwd);
  const reaper = startReaper(child.pid);
  let lastWords = Buffer.alloc(0);
  child.stderr.on('data', (chunk: Buffer) => {
    lastWords = Buffer.concat([lastWords, chunk]).subarray(-lastWordsBytes);
  });
  const overdue = deadline(timeoutMs);
  try {
    return await Promise.race([listServer(speakOver(child.source, child.sink), about), overdue.reached]);
  } catch (error) {
    throw new NoServer(error, lastWords.toString());
  } finally {
    overdue.stop();
    await leave(child);
    // The whole group, so that what the server has started ends as well.
    if (child.groupLives()) reaper.reap();
    else reaper.dismiss();
  }
}

function deadline(ms: number): { readonly reached: Promise<never>; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  const reached = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`The server has not answered within ${ms / 1_000} s.`)), ms);
  });
  reached.catch(() => {}); // Nobody may be waiting any more.
  return { reached, stop: () => clearTimeout(timer) };
}

async function leave({ sink, source, stderr, exited }: Child): Promise<void> {
  sink.end();
  const wait = new Promise<void>((resolve) => setTimeout(resolve, leaveMs));
  await Promise.race([exited, wait]);
  // Grandchildren may hold the pipes open; km must be able to end.
  for (const pipe of [sink, source, stderr]) pipe.destroy();
}
