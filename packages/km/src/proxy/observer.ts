import { now } from '../clock.ts';
import type { Exchanges } from '../message/exchange.ts';
import { Framing, type Line } from '../message/framing.ts';
import { type Direction, Message } from '../message/message.ts';
import type { Outcome, OwnMessage } from '../pipeline/filter.ts';

/** Where bytes come from: the two directions, and the server's stderr. */
type Stream = Direction | 'stderr';

/** How long bytes wait before they are looked at. Short enough for a person, long enough to stay off the hot path. */
const waitMs = 5;

/** From this many waiting bytes on they are looked at at once: it bounds the memory of a burst. */
const waitingBytesMax = 131_072;

/** That much may wait for those who look, who are still being loaded. */
const earlyBytesMax = 1_048_576;

/** So much may wait to be looked at: beyond it the sources pause, for they bring more than can be kept on record. */
const behindBytesMax = 1_048_576;

/** A line of the server's stderr. */
export interface StderrLine {
  readonly line: Line;
  readonly seq: number;
  readonly time: number;
}

/** Who is to look. */
export interface Lookers {
  readonly exchanges: Pick<Exchanges, 'track'>;
  readonly onOutcome: (outcome: Outcome) => void;
  readonly onStderr: (line: StderrLine) => void;
  /** What km itself said: answers in somebody's stead, questions. */
  readonly onOwn?: (own: OwnMessage) => void;
  /** Set while the log has no room: then chunks wait as they are. A record of a short line takes far more than the line. */
  readonly pressure?: () => Promise<void> | undefined;
  /** Runs work and adds up its time by stage, when somebody profiles. */
  readonly time?: <T>(stage: string, work: () => T) => T;
}

/** An outcome that has not been numbered and paired yet. */
type Unnumbered = Omit<Outcome, 'seq' | 'exchanges'>;

interface Chunk {
  readonly stream: Stream;
  readonly chunk: Uint8Array | 'end';
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Milliseconds on a clock that never goes back. */
  readonly at: number;
  readonly delivered: boolean;
}

type Waiting = Chunk | { readonly settled: Unnumbered } | { readonly own: Message };

/**
 * Looks at what has been forwarded, after it has been forwarded, in the order in which it came.
 *
 * The hot path only pushes a chunk with its time. A short timer cuts, reads and pairs the messages and hands each outcome to
 * whoever watches.
 */
export class Observer {
  #lookers: Lookers | undefined;
  readonly #framings: Readonly<Record<Stream, Framing>>;
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

  /** @param lineBytesMax Longest line that is kept whole, in bytes. */
  constructor(lineBytesMax: number) {
    const framing = () => new Framing(lineBytesMax);
    this.#framings = { c2s: framing(), s2c: framing(), stderr: framing() };
  }

  /** Until then everything waits: who looks is loaded while the server starts. */
  attach(lookers: Lookers): void {
    this.#lookers = lookers.time === undefined ? lookers : timed(lookers, lookers.time);
    this.#tellAttached();
    if (this.#waiting.length > 0) this.#lookOn();
  }

  /** Set while sources should pause: nobody looks yet and much waits, the log has no room, or looking has fallen behind. */
  pressure(): Promise<void> | undefined {
    if (this.#lookers === undefined) return this.#waitingBytes < earlyBytesMax ? undefined : this.#attached;
    return this.#room() ?? (this.#waitingBytes < behindBytesMax ? undefined : this.#untilCaughtUp());
  }

  #room(): Promise<void> | undefined {
    return this.#lookers?.pressure?.();
  }

  #untilCaughtUp(): Promise<void> {
    this.#behind ??= new Promise((resolve) => {
      this.#tellCaughtUp = resolve;
    });
    return this.#behind;
  }

  /** The next number of the run, for records that no line stands behind. */
  nextSeq(): number {
    return ++this.#seq;
  }

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
  own(dir: Direction, bytes: Uint8Array): void {
    this.#push({ own: new Message(dir, { head: bytes, bytes: bytes.length }, Date.now(), now()) });
  }

  /** Looks at everything that waits, now. */
  drain(): void {
    this.#lookWhile(() => true);
  }

  /** Looks at everything that waits, at the pace of the log. */
  async finish(): Promise<void> {
    while (this.#waiting.length > 0 && this.#lookers !== undefined) {
      await this.#room();
      this.#lookTurn();
    }
  }

  #push(entry: Waiting): void {
    this.#waiting.push(entry);
    this.#waitingBytes += bytesOf(entry);
    if (this.#held || this.#lookers === undefined) return;
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
    const lookers = this.#lookers;
    if (lookers === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const waiting = this.#waiting;
    let next = 0;
    for (; next < waiting.length && room(); next++) {
      const entry = waiting[next] as Waiting; // Within its length.
      this.#waitingBytes -= bytesOf(entry);
      this.#look(entry, lookers);
    }
    this.#waiting = waiting.slice(next);
    if (this.#waitingBytes >= behindBytesMax / 2) return;
    this.#tellCaughtUp();
    this.#behind = undefined;
  }

  #look(entry: Waiting, lookers: Lookers): void {
    if ('settled' in entry) this.#outcome(entry.settled, lookers);
    else if ('own' in entry) this.#own(entry.own, lookers);
    else this.#cut(entry, lookers);
  }

  #cut(entry: Chunk, lookers: Lookers): void {
    const { stream, chunk } = entry;
    const take = stream === 'stderr' ? this.#stderrTaker(entry, lookers) : this.#lineTaker(entry, stream, lookers);
    if (chunk === 'end') this.#framings[stream].end(take);
    else this.#framings[stream].push(chunk, take);
  }

  #stderrTaker({ time }: Chunk, { onStderr }: Lookers): (line: Line) => void {
    return (line) => onStderr({ line, time, seq: this.nextSeq() });
  }

  #lineTaker({ time, at, delivered }: Chunk, dir: Direction, lookers: Lookers): (line: Line) => void {
    const outcome = delivered ? 'forwarded' : 'undelivered';
    const none: readonly never[] = [];
    return (line) => {
      const message = new Message(dir, line, time, at);
      this.#outcome({ message, outcome, decisions: none, replacement: undefined, risk: undefined }, lookers);
    };
  }

  #outcome({ message, outcome, decisions, replacement, risk }: Unnumbered, { exchanges, onOutcome }: Lookers): void {
    const seq = this.nextSeq();
    onOutcome({ message, seq, outcome, decisions, risk, exchanges: exchanges.track(message, seq), replacement });
  }

  /** Paired like any other: an answer in somebody's stead ends the call. */
  #own(message: Message, { exchanges, onOwn }: Lookers): void {
    const seq = this.nextSeq();
    const [exchange] = exchanges.track(message, seq);
    onOwn?.({ message, seq, exchange });
  }
}

function bytesOf(entry: Waiting): number {
  if ('settled' in entry) return entry.settled.message.raw.length;
  if ('own' in entry) return entry.own.bytes;
  return entry.chunk === 'end' ? 0 : entry.chunk.length;
}

/** The same lookers, their time added up by stage. */
function timed(
  { exchanges, onOutcome, onStderr, onOwn, pressure }: Lookers,
  time: NonNullable<Lookers['time']>,
): Lookers {
  return {
    exchanges: { track: (message, seq) => time('read and pair', () => exchanges.track(message, seq)) },
    onOutcome: (outcome) => time('watch', () => onOutcome(outcome)),
    onStderr: (line) => time('stderr', () => onStderr(line)),
    ...(onOwn && { onOwn }),
    ...(pressure && { pressure }),
  };
}
