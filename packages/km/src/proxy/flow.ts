import type { Readable, Writable } from 'node:stream';
import { Gate } from './gate.ts';

const newline = 0x0a;

/** What a direction needs, judged or not. */
export interface FlowParts {
  readonly source: Readable;
  readonly sink: Writable;
  /** Bytes that may wait for a slow reader before km stops reading (`proxy.buffer_size`). */
  readonly bufferBytes: number;
  /** Set while the log has no room; see LogWriter. */
  readonly pressure: () => Promise<void> | undefined;

  /** There is something to write and nobody takes it any more. The other direction goes on. */
  readonly onBroken: () => void;
}

/** One direction of traffic: reads, hands each chunk to `take`, and keeps source and sink in step. */
export class Flow {
  readonly #parts: FlowParts;
  readonly #gate: Gate;
  #take: (chunk: Uint8Array) => void = () => {};
  #end = () => {};
  #reading = false;
  /** True while what was written last has no newline behind it; km's own messages wait for one. */
  #midLine = false;
  #own: Uint8Array[] = [];
  #letGo: (() => void) | undefined;
  #broken = false;
  /** Lengths of the writes that have not left yet. Counted here: on Bun `writableLength` is 0 whatever waits. */
  readonly #waiting: number[] = [];
  #waitingBytes = 0;
  #onFlushed: (() => void) | undefined;
  // One function for all writes: nothing is allocated for a message.
  readonly #written = () => {
    this.#waitingBytes -= this.#waiting.shift() ?? 0;
    if (this.#waitingBytes <= this.#parts.bufferBytes) this.#release();
    if (this.flushed) this.#onFlushed?.();
  };

  constructor(parts: FlowParts) {
    this.#parts = parts;
    this.#gate = new Gate(parts.source);
    parts.sink.on('error', () => this.#break());
    parts.sink.on('close', () => this.#break());
  }

  /** Begins to read. Everything goes through `take`, which calls `write`. Started again, another takes over from here on. */
  start(take: (chunk: Uint8Array) => void, end: () => void): void {
    this.#take = take;
    this.#end = end;
    if (this.#reading) return;
    this.#reading = true;
    const { source, pressure } = this.#parts;
    source.on('data', (chunk: Uint8Array) => {
      this.#take(chunk);
      const full = pressure();
      if (full) this.#gate.until(full);
    });
    source.on('end', () => this.#end());
    // A source that breaks has nothing more to give, like one that ends.
    source.on('error', () => this.#end());
  }

  /** True while a line has been forwarded in part. */
  get midLine(): boolean {
    return this.#midLine;
  }

  /** Writes a message of km's own, whole lines: at once, or behind the line that is under way. */
  writeOwn(bytes: Uint8Array): void {
    if (this.#midLine) this.#own.push(bytes);
    else this.write(bytes);
  }

  /** Forwards bytes; false when nobody takes them any more. */
  write(bytes: Uint8Array): boolean {
    const { sink, bufferBytes } = this.#parts;
    if (this.#broken) {
      this.#parts.onBroken();
      return false;
    }
    this.#waitingBytes += bytes.length;
    this.#waiting.push(bytes.length);
    sink.write(bytes, this.#written);
    if (this.#waitingBytes > bufferBytes) this.#letGo ??= this.#gate.hold();
    this.#midLine = bytes.at(-1) !== newline;
    if (this.#own.length > 0 && !this.#midLine) this.#writeWaiting();
    return true;
  }

  /** True when all that was written has left, or can never leave. */
  get flushed(): boolean {
    return this.#broken || this.#waiting.length === 0;
  }

  /** Ends when all that was written has left, or can never leave. */
  async flush(): Promise<void> {
    if (this.flushed) return;
    await new Promise<void>((resolve) => {
      this.#onFlushed = resolve;
    });
  }

  /** Holds the source until the promise has ended. */
  holdUntil(promise: Promise<unknown>): void {
    this.#gate.until(promise);
  }

  #writeWaiting(): void {
    const waiting = this.#own;
    this.#own = [];
    for (const bytes of waiting) this.write(bytes);
  }

  #release(): void {
    this.#letGo?.();
    this.#letGo = undefined;
  }

  #break(): void {
    this.#broken = true;
    this.#release();
    this.#onFlushed?.();
  }
}
