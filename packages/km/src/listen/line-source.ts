import { Readable } from 'node:stream';

const newline = Buffer.from('\n');

/** The end that a proxy reads from: lines are put in one by one. */
export class LineSource {
  readonly readable = new Readable({ read() {} });

  put(line: Uint8Array): void {
    if (this.open) this.readable.push(Buffer.concat([line, newline]));
  }

  /** Bytes that nobody has read yet. */
  get waitingBytes(): number {
    return this.readable.readableLength;
  }

  /** False once it has ended, or the server takes nothing any more. */
  get open(): boolean {
    return !this.readable.destroyed && !this.#ended;
  }

  /** The server is given EOF once all before has reached it. */
  end(): void {
    if (!this.open) return;
    this.#ended = true;
    this.readable.push(null);
  }

  #ended = false;
}
