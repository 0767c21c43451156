import type { Readable } from 'node:stream';

/** Pauses a source while anything holds it: a slow reader, a log that catches up, a message that waits for its verdict. */
export class Gate {
  readonly #source: Readable;
  #holds = 0;

  constructor(source: Readable) {
    this.#source = source;
  }

  /** Holds the source; the function given back lets go, once. */
  hold(): () => void {
    if (this.#holds++ === 0) this.#source.pause();
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      if (--this.#holds === 0) this.#source.resume();
    };
  }

  /** Holds the source until the promise has ended. */
  until(promise: Promise<unknown>): void {
    const release = this.hold();
    promise.then(release, release);
  }
}
