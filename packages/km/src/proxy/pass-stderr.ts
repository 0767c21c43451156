import type { Readable } from 'node:stream';
import { Gate } from './gate.ts';
import type { Observer } from './observer.ts';

/** After the child's exit its stderr is read for so long: a grandchild may hold it open for ever. */
const quietMs = 250;

/** Whoever shows the server's stderr to the user. */
export interface StderrScreen {
  passThrough(chunk: Uint8Array): void;
  /** Set while it is not read: ends when what waits has been. */
  unread(): Promise<void> | undefined;
}

export interface StderrPassage {
  /** What came so far, and from now on what comes, goes there. */
  showOn(screen: StderrScreen): void;
  /** Ends when the rest of it has come, or nothing has for a while. To be asked after the child's exit. */
  rest(): Promise<void>;
}

/**
 * Passes the server's stderr on with backpressure, and has it looked at.
 *
 * It is read from the start, also while nobody shows it yet: Node throws away what nobody reads when the child exits.
 */
export function passStderr(source: Readable, observer: Observer): StderrPassage {
  const gate = new Gate(source);
  const early: Uint8Array[] = [];
  let screen: StderrScreen | undefined;
  source.on('data', (chunk: Uint8Array) => {
    observer.bytes('stderr', chunk);
    if (screen) screen.passThrough(chunk);
    else early.push(chunk);
    for (const full of [observer.pressure(), screen?.unread()]) if (full) gate.until(full);
  });
  const ended = new Promise<void>((resolve) => {
    source.on('end', resolve);
    source.on('error', () => resolve());
  });
  ended.then(() => observer.end('stderr'));
  return {
    showOn(given) {
      screen = given;
      for (const chunk of early.splice(0)) given.passThrough(chunk);
    },
    rest: () => Promise.race([ended, quiet(source)]),
  };
}

function quiet(source: Readable): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, quietMs);
    source.on('data', () => timer.refresh());
  });
}
