import { Readable } from 'node:stream';

const newline = Buffer.from('\n');

/** The end that km reads from: whatever stream or answer a message came with, it leaves here as one line. */
export class LineOutlet {
  #room: { readonly promise: Promise<void>; readonly open: () => void } | undefined;
  readonly readable = new Readable({
    read: () => {
      this.#room?.open();
      this.#room = undefined;
    },
    destroy: (_, done) => {
      this.#room?.open();
      done(null);
    },
  });

  /** Gives a promise while the client does not read what there is already. */
  put(line: Uint8Array): Promise<void> | undefined {
    if (this.readable.destroyed || this.readable.readableEnded || this.#ended) return undefined;
    if (this.readable.push(Buffer.concat([line, newline]))) return undefined;
    this.#room ??= newRoom();
    return this.#room.promise;
  }

  end(): void {
    this.#ended = true;
    this.readable.push(null);
  }

  #ended = false;
}

function newRoom() {
  let open = () => {};
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { promise, open };
}
