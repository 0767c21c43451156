import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Launch } from './candidates.ts';

/** What to send: see native/load.c. */
export interface Order {
  readonly size: number;
  /** How many calls; by default as many as `seconds` allow. */
  readonly total?: number;
  /** Most calls without an answer at any time. */
  readonly window: number;
  /** One call each so many milliseconds, instead of as fast as it goes. */
  readonly everyMs?: number;
  readonly seconds?: number;
}

/** What came of an order. Times in nanoseconds. */
export interface Answered {
  readonly messages: number;
  readonly ns: number;
  readonly bytes: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
  /** The longest time nothing at all came back although something was due. */
  readonly silence: number;
}

/** How it ended: status, calls answered in all, CPU time of the command and of what it has waited for. */
export interface Ended {
  readonly exit: number;
  readonly answered: number;
  readonly cpuNs: number;
}

/** A command under load. It has said hello by now. */
export interface Load {
  readonly pid: number;
  /** From the fork to the whole first answer. */
  readonly startNs: number;
  send(order: Order): Promise<Answered>;
  /** Closes its stdin and waits until it is gone. */
  end(): Promise<Ended>;
}

const unlimited = 1_000_000_000_000;

/** Starts `launch` below the load generator. */
export async function startLoad(program: string, launch: Launch): Promise<Load> {
  const child = spawn(program, launch.command, { env: launch.env, stdio: ['pipe', 'pipe', 'pipe'] });
  const nextLine = lines(child, launch.command.join(' '));
  const started = JSON.parse(await nextLine()) as { pid: number; ns: number }; // load.c prints nothing else
  return {
    pid: started.pid,
    startNs: started.ns,
    send: async ({ size, total = unlimited, window, everyMs = 0, seconds = 0 }) => {
      child.stdin.write(`go ${size} ${total} ${window} ${Math.round(everyMs * 1e6)} ${Math.round(seconds * 1e9)}\n`);
      return JSON.parse(await nextLine()) as Answered;
    },
    end: async () => {
      child.stdin.end();
      return JSON.parse(await nextLine()) as Ended;
    },
  };
}

/** The lines the load generator prints, one a call; throws what it said on stderr when it ends instead. */
function lines(child: ChildProcess, what: string): () => Promise<string> {
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said = (said + chunk).slice(-4_000);
  });
  if (child.stdout === null) throw new Error('stdout is piped');
  // Stdout may end before what was said on stderr has been read; after `close` nothing more comes.
  const closed = new Promise((resolve) => void child.once('close', resolve));
  const iterator = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return async () => {
    const { done, value } = await iterator.next();
    if (done !== true) return value;
    await closed;
    throw new Error(`The run of \`${what}\` is not valid:\n${said}`);
  };
}
