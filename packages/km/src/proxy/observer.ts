import type { Exchanges } from '../message/exchange.ts';
import { Framing, type Line } from '../message/framing.ts';
import { type Direction, Message } from '../message/message.ts';
import type { Outcome } from '../pipeline/filter.ts';

/** Where bytes come from: the two directions, and the server's stderr. */
type Stream = Direction | 'stderr';

/** How long bytes wait before they are looked at. Short enough for a person, long enough to stay off the hot path. */
const waitMs = 5;

/** From this many waiting bytes on they are looked at at once: it bounds the memory of a burst. */
const waitingBytesMax = 131_072;

/** A line of the server's stderr. */
export interface StderrLine {
  readonly line: Line;
  readonly seq: number;
  readonly time: number;
}

export interface ObserverParts {
  /** Longest line that is kept whole, in bytes. */
  readonly lineBytesMax: number;
  readonly exchanges: Exchanges;
  readonly onOutcome: (outcome: Outcome) => void;
  readonly onStderr: (line: StderrLine) => void;
  /** Set while the log has no room: then chunks wait as they are. A record of a short line takes far more than the line. */
  readonly pressure?: () => Promise<void> | undefined;
}

/** An outcome that has not been numbered and paired yet. */
type Unnumbered = Omit<Outcome, 'seq' | 'exchanges'>;

type Waiting =
  | {
      readonly stream: Stream;
      readonly chunk: Uint8Array | 'end';
      readonly time: number;
      readonly at: number;
      readonly delivered: boolean;
    }
  | { readonly settled: Unnumbered };

/**
 * Looks at what has been forwarded, after it has been forwarded, in the order in which it came.
 *
 * The hot path only pushes a chunk with its time. A short timer cuts, reads and pairs the messages and hands each outcome to
 * whoever watches.
 */
export class Observer {
  readonly #parts: ObserverParts;
  readonly #framings: Readonly<Record<Stream, Framing>>;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #held = false;
  #seq = 0;

  constructor(parts: ObserverParts) {
    this.#parts = parts;
    const framing = () => new Framing(parts.lineBytesMax);
    this.#framings = { c2s: framing(), s2c: framing(), stderr: framing() };
  }

  /** The next number of the run, for records that no line stands behind. */
  nextSeq(): number {
    return ++this.#seq;
  }

  /** Bytes that went through. */
  bytes(stream: Stream, chunk: Uint8Array, delivered = true): void {
    this.#push({ stream, chunk, time: Date.now(), at: performance.now(), delivered }, chunk.length);
  }

  /** The stream is over: what came after its last newline is a line too. */
  end(stream: Stream): void {
    this.#push({ stream, chunk: 'end', time: Date.now(), at: performance.now(), delivered: true }, 0);
  }

  /** A line that judges have dealt with. */
  settled(outcome: Unnumbered): void {
    this.#push({ settled: outcome }, outcome.message.raw.length);
  }

  /** Looks at everything that waits, now. */
  drain(): void {
    this.#lookWhile(() => true);
  }

  #push(entry: Waiting, bytes: number): void {
    this.#waiting.push(entry);
    this.#waitingBytes += bytes;
    if (this.#held) return;
    if (this.#waitingBytes >= waitingBytesMax) this.#lookOn();
    else this.#timer ??= setTimeout(() => this.#lookOn(), waitMs);
  }

  /** Looks at what waits, for as long as there is room for what comes of it. */
  #lookOn(): void {
    this.#held = false;
    let full: Promise<void> | undefined;
    this.#lookWhile(() => {
      full = this.#parts.pressure?.();
      return full === undefined;
    });
    if (full === undefined) return;
    this.#held = true;
    full.then(() => this.#lookOn());
  }

  #lookWhile(room: () => boolean): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    let next = 0;
    for (; next < waiting.length && room(); next++) this.#look(waiting[next] as Waiting); // Within its length.
    this.#waiting = waiting.slice(next);
  }

  #look(entry: Waiting): void {
    if ('settled' in entry) {
      this.#outcome(entry.settled);
      return;
    }
    const { stream, chunk } = entry;
    const take = stream === 'stderr' ? this.#stderrTaker(entry) : this.#lineTaker(entry, stream);
    if (chunk === 'end') this.#framings[stream].end(take);
    else this.#framings[stream].push(chunk, take);
  }

  #stderrTaker({ time }: { time: number }): (line: Line) => void {
    return (line) => this.#parts.onStderr({ line, time, seq: this.nextSeq() });
  }

  #lineTaker({ time, at, delivered }: { time: number; at: number; delivered: boolean }, dir: Direction) {
    const outcome = delivered ? 'forwarded' : 'undelivered';
    const none: readonly never[] = [];
    return (line: Line) =>
      this.#outcome({ message: new Message(dir, line, time, at), outcome, decisions: none, replacement: undefined });
  }

  #outcome(settled: Unnumbered): void {
    const seq = this.nextSeq();
    const { message, outcome, decisions, replacement } = settled;
    const exchanges = this.#parts.exchanges.track(message, seq);
    this.#parts.onOutcome({ message, seq, outcome, decisions, exchanges, replacement });
  }
}
