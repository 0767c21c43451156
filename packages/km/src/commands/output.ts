import type { Writable } from 'node:stream';

/**
 * Collects what a command prints and hands it on in large pieces.
 *
 * When the reader goes away (`km logs | head`) the rest has no addressee: `flush` says so, and it is no error.
 */
export class Output {
  readonly #stream: Writable;
  #buffer = Buffer.allocUnsafe(1 << 18);
  #used = 0;
  #isOpen = true;
  #closed: (() => void) | undefined;

  constructor(stream: Writable) {
    this.#stream = stream;
    for (const event of ['error', 'close'] as const)
      stream.once(event, () => {
        this.#isOpen = false;
        this.#closed?.();
      });
  }

  text(text: string): void {
    const room = this.#room(text.length * 3);
    this.#used += room.write(text);
  }

  line(bytes: Buffer): void {
    const room = this.#room(bytes.length + 1);
    bytes.copy(room);
    room[bytes.length] = 0x0a;
    this.#used += bytes.length + 1;
  }

  /** Writes what has been collected and waits until it is taken. `false` when nobody reads any more. */
  async flush(): Promise<boolean> {
    if (this.#used === 0 || !this.#isOpen) return this.#isOpen;
    const bytes = this.#buffer.subarray(0, this.#used);
    this.#used = 0;
    await new Promise<void>((resolve) => {
      this.#closed = resolve;
      this.#stream.write(bytes, () => resolve());
    });
    return this.#isOpen;
  }

  #room(bytes: number): Buffer {
    if (this.#buffer.length - this.#used < bytes) {
      const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#used + bytes));
      this.#buffer.copy(larger, 0, 0, this.#used);
      this.#buffer = larger;
    }
    return this.#buffer.subarray(this.#used);
  }
}
