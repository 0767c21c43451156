import type { Readable, Writable } from 'node:stream';
import { Gate } from './gate.ts';
import type { Observer } from './observer.ts';

/** After the child's exit its stderr is read for so long: a grandchild may hold it open for ever. */
const quietMs = 250;

export interface StderrPassage {
  /** What came so far, and from now on what comes, goes through this. */
  showBy(show: (chunk: Uint8Array) => void): void;
  /** Ends when the rest of it has come, or nothing has for a while. To be asked after the child's exit. */
  rest(): Promise<void>;
}

/**
 * Passes the server's stderr on with backpressure, and has it looked at.
 *
 * It is read from the start, also while nobody shows it yet: Node throws away what nobody reads when the child exits.
 *
 * @param sink Where it ends up, for its backpressure.
 */
export function passStderr(source: Readable, sink: Writable, observer: Observer): StderrPassage {
  const early: Uint8Array[] = [];
  let show = (chunk: Uint8Array): void => void early.push(chunk);
  const gate = new Gate(source);
  let letGo = () => {};
  source.on('data', (chunk: Uint8Array) => {
    observer.bytes('stderr', chunk);
    show(chunk);
    const full = observer.pressure();
    if (full) gate.until(full);
    if (!sink.writableNeedDrain) return;
    letGo = gate.hold();
    sink.once('drain', letGo);
  });
  const ended = new Promise<void>((resolve) => {
    source.on('end', resolve);
    source.on('error', () => resolve());
  });
  ended.then(() => observer.end('stderr'));
  // Whoever read it has gone; the server must not be stopped by that.
  sink.on('error', () => letGo());
  return {
    showBy(given) {
      show = given;
      for (const chunk of early.splice(0)) given(chunk);
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
