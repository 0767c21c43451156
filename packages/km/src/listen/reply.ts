import type { ServerResponse } from 'node:http';
import { errorText, type Refusal } from './rpc-error.ts';

const json = { 'Content-Type': 'application/json' };

const stream = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store',
  // Or nginx would collect the events before it passes them on.
  'X-Accel-Buffering': 'no',
};

const carriageReturn = 0x0d;
const space = 0x20;

type Headers = Readonly<Record<string, string>>;

/** The answer to one HTTP request: whole, or a stream of events. Once it has ended, or its client has gone, it takes nothing. */
export class Reply {
  readonly #res: ServerResponse;
  #state: 'open' | 'streaming' | 'over' = 'open';
  #finished = false;
  /** Counted here: on Bun `writableLength` is 0 whatever waits. */
  #waitingBytes = 0;
  #takenBytes = 0;
  #takenBefore = 0;
  #stalledBeats = 0;
  #onRoom: (() => void)[] = [];
  readonly #onGone: (() => void)[] = [];

  constructor(res: ServerResponse) {
    this.#res = res;
    res.on('error', () => {}); // `close` follows, and is all that counts.
    res.on('finish', () => {
      this.#finished = true;
    });
    res.on('close', () => this.#closed());
  }

  /** False once it has ended or its client has gone. */
  get live(): boolean {
    return this.#state !== 'over';
  }

  get streaming(): boolean {
    return this.#state === 'streaming';
  }

  /** Bytes that the client has not taken yet. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** Called when the client has gone before the answer had ended. */
  onGone(then: () => void): void {
    this.#onGone.push(then);
  }

  /** Ends when the client has taken all that waits, or is gone. */
  room(): Promise<void> {
    if (this.#waitingBytes === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onRoom.push(resolve);
    });
  }

  /** The whole answer; without a body when `text` is not given. */
  send(status: number, text?: string | Uint8Array, headers: Headers = {}): void {
    if (this.#state !== 'open') return;
    this.#state = 'over';
    const bytes = text === undefined ? 0 : Buffer.byteLength(text);
    this.#res.writeHead(status, { ...(text !== undefined && json), 'Content-Length': bytes, ...headers });
    if (text !== undefined) this.#write(text, bytes);
    this.#res.end();
  }

  refuse(refusal: Refusal): void {
    this.send(refusal.status, errorText(refusal), refusal.headers);
  }

  /** From now on events. */
  startStream(headers: Headers = {}): void {
    if (this.#state !== 'open') return;
    this.#state = 'streaming';
    this.#res.writeHead(200, { ...stream, ...headers });
    this.#res.flushHeaders();
  }

  /** One event; with an id where the client may ask for what comes after it. */
  event(data: Uint8Array, id?: string): void {
    if (this.#state !== 'streaming') return;
    const head = id === undefined ? 'data: ' : `id: ${id}\ndata: `;
    const bytes = Buffer.concat([Buffer.from(head), onOneLine(data), Buffer.from('\n\n')]);
    this.#write(bytes, bytes.length);
  }

  /** Ends a stream. */
  end(): void {
    if (this.#state !== 'streaming') return;
    this.#state = 'over';
    this.#res.end();
  }

  /** Drops the connection. */
  cut(): void {
    this.#res.destroy();
  }

  /**
   * To be called at a steady beat.
   *
   * @returns For how many beats the client has taken nothing of what waits for it.
   */
  beat(): number {
    const stalled = this.#waitingBytes > 0 && this.#takenBytes === this.#takenBefore;
    this.#stalledBeats = stalled ? this.#stalledBeats + 1 : 0;
    this.#takenBefore = this.#takenBytes;
    return this.#stalledBeats;
  }

  /** Tells the client, and who stands between, that the stream lives. */
  keepAlive(): void {
    if (this.#state === 'streaming' && this.#waitingBytes === 0) this.#write(':\n\n', 3);
  }

  #write(data: string | Uint8Array, bytes: number): void {
    this.#waitingBytes += bytes;
    this.#res.write(data, () => {
      this.#waitingBytes -= bytes;
      this.#takenBytes += bytes;
      if (this.#waitingBytes === 0) this.#tellRoom();
    });
  }

  #closed(): void {
    this.#state = 'over';
    this.#tellRoom();
    if (!this.#finished) for (const then of this.#onGone) then();
  }

  #tellRoom(): void {
    const waiting = this.#onRoom;
    this.#onRoom = [];
    for (const then of waiting) then();
  }
}

/** A bare CR ends a line of an event stream: what came behind it could pass for an event of its own. */
function onOneLine(data: Uint8Array): Uint8Array {
  return data.includes(carriageReturn) ? data.map((byte) => (byte === carriageReturn ? space : byte)) : data;
}
