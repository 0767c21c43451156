import type { Readable, Writable } from 'node:stream';

/** How the server's end came to its end. */
export interface ServerExit {
  /** What a shell would report: the exit status, or 128 + n for signal n. */
  readonly status: number;
  readonly signal: NodeJS.Signals | undefined;
}

/** The server's end of a run: a program that km started, or a server across the network. */
export interface ServerEnd {
  readonly source: Readable;
  /** Ending it says that the client has gone. */
  readonly sink: Writable;
  /** Ends with the server itself; its output may still flow. */
  readonly exited: Promise<ServerExit>;
  /** Tells it to end: SIGKILL without grace, any other signal with. */
  kill(signal: NodeJS.Signals): void;
  /** Called once its output is no longer read: what is left of it is let go. */
  release(): void;
}
