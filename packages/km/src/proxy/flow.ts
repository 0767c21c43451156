import type { Readable, Writable } from 'node:stream';
import { Gate } from './gate.ts';

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
  #letGo: (() => void) | undefined;
  #broken = false;
  // Counted here: Bun's streams say nothing of what waits in them. Callbacks come in the order of the writes.
  readonly #underWay: number[] = [];
  #bytesUnderWay = 0;
  #tellDelivered: (() => void) | undefined;
  // One function for all writes: nothing is allocated for a message.
  readonly #written = () => {
    this.#bytesUnderWay -= this.#underWay.shift() ?? 0;
    if (this.#bytesUnderWay <= this.#parts.bufferBytes) this.#release();
    if (this.#bytesUnderWay === 0) this.#tellDelivered?.();
  };

  constructor(parts: FlowParts) {
    this.#parts = parts;
    this.#gate = new Gate(parts.source);
    parts.sink.on('error', () => this.#break());
    parts.sink.on('close', () => this.#break());
  }

  /** Begins to read. Everything goes through `take`, which calls `write`. */
  start(take: (chunk: Uint8Array) => void, end: () => void): void {
    const { source, pressure } = this.#parts;
    source.on('data', (chunk: Uint8Array) => {
      take(chunk);
      const full = pressure();
      if (full) this.#gate.until(full);
    });
    source.on('end', end);
    // A source that breaks has nothing more to give, like one that ends.
    source.on('error', end);
  }

  /** Forwards bytes; false when nobody takes them any more. */
  write(bytes: Uint8Array): boolean {
    const { sink, bufferBytes } = this.#parts;
    if (this.#broken) {
      this.#parts.onBroken();
      return false;
    }
    this.#underWay.push(bytes.length);
    this.#bytesUnderWay += bytes.length;
    sink.write(bytes, this.#written);
    if (this.#bytesUnderWay > bufferBytes) this.#letGo ??= this.#gate.hold();
    return true;
  }

  /** Holds the source until the promise has ended. */
  holdUntil(promise: Promise<unknown>): void {
    this.#gate.until(promise);
  }

  /** Ends when all that was written has left, or can never leave. */
  delivered(): Promise<void> {
    if (this.#broken || this.#bytesUnderWay === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#tellDelivered = resolve;
    });
  }

  #release(): void {
    this.#letGo?.();
    this.#letGo = undefined;
  }

  #break(): void {
    this.#broken = true;
    this.#release();
    this.#tellDelivered?.();
  }
}
