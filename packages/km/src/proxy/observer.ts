import { now } from '../clock.ts';
import type { Direction, Origin } from '../message/message.ts';
import type { Outcome } from '../pipeline/filter.ts';

/** Where bytes come from: the two directions, and the server's stderr. */
export type Stream = Direction | 'stderr';

/** How long bytes wait before they are looked at. Short enough for a person, long enough to stay off the hot path. */
const waitMs = 5;

/** From this many waiting bytes on they are looked at at once: it bounds the memory of a burst. */
const waitingBytesMax = 131_072;

/** That much may wait for those who look, who are still being loaded. */
const earlyBytesMax = 1_048_576;

/** So much may wait to be looked at: beyond it the sources pause, for they bring more than can be kept on record. */
const behindBytesMax = 1_048_576;

/** Bytes that came with one read, or the end of them. */
export interface Chunk {
  readonly stream: Stream;
  readonly chunk: Uint8Array | 'end';
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Milliseconds on a clock that never goes back. */
  readonly at: number;
  readonly delivered: boolean;
}

/** An outcome that has not been numbered and paired yet. */
export type Unnumbered = Omit<Outcome, 'seq' | 'exchanges'>;

/** A message of km's own: whole, without its newline. */
export interface OwnBytes extends Pick<Chunk, 'time' | 'at'> {
  readonly dir: Direction;
  readonly bytes: Uint8Array;
  readonly origin: Origin | undefined;
}

/** What waits to be looked at: bytes, a line that judges have dealt with, a message of km's own. */
export type Waiting = Chunk | { readonly settled: Unnumbered } | { readonly own: OwnBytes };

/** Who looks: see looker.ts. */
export interface Looker {
  look(entry: Waiting): void;
  /** Set while the log has no room: then chunks wait as they are. A record of a short line takes far more than the line. */
  readonly pressure?: (() => Promise<void> | undefined) | undefined;
}

/**
 * Has what has been forwarded looked at, after it has been forwarded, in the order in which it came.
 *
 * The hot path only pushes a chunk with its time; on a short timer each is handed to the looker, which is loaded while the
 * server starts.
 */
export class Observer {
  #looker: Looker | undefined;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #held = false;
  #seq = 0;
  #behind: Promise<void> | undefined;
  #tellCaughtUp = () => {};
  #tellAttached = () => {};
  readonly #attached = new Promise<void>((resolve) => {
    this.#tellAttached = resolve;
  });

  /** Until then everything waits: who looks is loaded while the server starts. */
  attach(looker: Looker): void {
    this.#looker = looker;
    this.#tellAttached();
    if (this.#waiting.length > 0) this.#lookOn();
  }

  /** Set while sources should pause: nobody looks yet and much waits, the log has no room, or looking has fallen behind. */
  pressure(): Promise<void> | undefined {
    if (this.#looker === undefined) return this.#waitingBytes < earlyBytesMax ? undefined : this.#attached;
    return this.#room() ?? (this.#waitingBytes < behindBytesMax ? undefined : this.#untilCaughtUp());
  }

  #room(): Promise<void> | undefined {
    return this.#looker?.pressure?.();
  }

  #untilCaughtUp(): Promise<void> {
    this.#behind ??= new Promise((resolve) => {
      this.#tellCaughtUp = resolve;
    });
    return this.#behind;
  }

  /** The next number of the run, for records that no line stands behind. */
  readonly nextSeq = (): number => ++this.#seq;

  /** Bytes that went through. */
  bytes(stream: Stream, chunk: Uint8Array, delivered = true): void {
    this.#push({ stream, chunk, time: Date.now(), at: now(), delivered });
  }

  /** The stream is over: what came after its last newline is a line too. */
  end(stream: Stream): void {
    this.#push({ stream, chunk: 'end', time: Date.now(), at: now(), delivered: true });
  }

  /** A line that judges have dealt with. */
  settled(outcome: Unnumbered): void {
    this.#push({ settled: outcome });
  }

  /** A message that km itself sends in `dir`. */
  own(dir: Direction, bytes: Uint8Array, origin?: Origin): void {
    this.#push({ own: { dir, bytes, origin, time: Date.now(), at: now() } });
  }

  /** Looks at everything that waits, now. */
  drain(): void {
    this.#lookWhile(() => true);
  }

  /** Looks at everything that waits, at the pace of the log. */
  async finish(): Promise<void> {
    while (this.#waiting.length > 0 && this.#looker !== undefined) {
      await this.#room();
      this.#lookTurn();
    }
  }

  #push(entry: Waiting): void {
    this.#waiting.push(entry);
    this.#waitingBytes += bytesOf(entry);
    if (this.#held || this.#looker === undefined) return;
    if (this.#waitingBytes >= waitingBytesMax) this.#lookOn();
    else this.#timer ??= setTimeout(() => this.#lookOn(), waitMs);
  }

  /** Looks at what waits, turn by turn: neither traffic nor the log's own writing waits for all of it. */
  #lookOn(): void {
    this.#held = false;
    const full = this.#lookTurn();
    if (this.#waiting.length === 0) return;
    this.#held = true;
    if (full) full.then(() => this.#lookOn());
    else setImmediate(() => this.#lookOn());
  }

  /** Looks at so much of what waits as fits into a turn and into the log; set when the log has no room. */
  #lookTurn(): Promise<void> | undefined {
    let full: Promise<void> | undefined;
    const from = this.#waitingBytes;
    this.#lookWhile(() => {
      full = this.#room();
      return full === undefined && from - this.#waitingBytes < waitingBytesMax;
    });
    return full;
  }

  #lookWhile(room: () => boolean): void {
    const looker = this.#looker;
    if (looker === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const waiting = this.#waiting;
    let next = 0;
    for (; next < waiting.length && room(); next++) {
      const entry = waiting[next] as Waiting; // Within its length.
      this.#waitingBytes -= bytesOf(entry);
      looker.look(entry);
    }
    this.#waiting = waiting.slice(next);
    if (this.#waitingBytes >= behindBytesMax / 2) return;
    this.#tellCaughtUp();
    this.#behind = undefined;
  }
}

function bytesOf(entry: Waiting): number {
  if ('settled' in entry) return entry.settled.message.raw.length;
  if ('own' in entry) return entry.own.bytes.length;
  return entry.chunk === 'end' ? 0 : entry.chunk.length;
}
