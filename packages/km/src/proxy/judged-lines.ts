import { now } from '../clock.ts';
import { headBytes, type Line } from '../message/framing.ts';
import { type Direction, Message } from '../message/message.ts';
import type { Outcome } from '../pipeline/filter.ts';
import { type Ruling, rule } from '../pipeline/rule.ts';
import { type Bench, enforces } from '../pipeline/settle.ts';
import type { Flow } from './flow.ts';
import type { Observer } from './observer.ts';

const newline = 0x0a;

export interface JudgedParts {
  readonly dir: Direction;
  readonly flow: Flow;
  readonly bench: Bench;
  readonly observer: Observer;
  /** Longest line that is held, in bytes (`hold.max_bytes`). */
  readonly holdBytesMax: number;
  /** Writes to whoever sent the message. */
  readonly answer: (bytes: Uint8Array) => void;
}

/**
 * The lines of a direction that has judges: each is held until they have spoken, and order is kept behind it.
 *
 * A line too long to be held is refused where judges enforce; otherwise it goes through unjudged.
 */
export class JudgedLines {
  readonly #parts: JudgedParts;
  /** The unfinished line, and what becomes of it once it is too long to be held. */
  #pieces: Uint8Array[] = [];
  #bytes = 0;
  #long: 'no' | 'refuse' | 'pass' = 'no';
  #turn: Promise<void> | undefined;

  constructor(parts: JudgedParts) {
    this.#parts = parts;
  }

  take(chunk: Uint8Array): void {
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      this.#keep(chunk.subarray(start, end + 1));
      this.#finish();
      start = end + 1;
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
  }

  /** The source has ended; the promise ends when every held line has been dealt with. */
  end(): Promise<void> {
    if (this.#bytes > 0) this.#finish();
    return this.#turn ?? Promise.resolve();
  }

  #keep(piece: Uint8Array): void {
    this.#bytes += piece.length;
    if (this.#long === 'pass') this.#inTurn(() => this.#passThrough(piece));
    else if (this.#long === 'no') this.#pieces.push(piece);
    if (this.#long === 'no' && this.#bytes > this.#parts.holdBytesMax) this.#tooLong();
  }

  #tooLong(): void {
    const pieces = this.#pieces;
    if (enforces(this.#parts.bench.judges)) {
      this.#long = 'refuse';
      this.#pieces = [Buffer.concat(pieces).subarray(0, headBytes)];
      return;
    }
    this.#long = 'pass';
    this.#pieces = [];
    for (const piece of pieces) this.#inTurn(() => this.#passThrough(piece));
  }

  #passThrough(piece: Uint8Array): void {
    this.#parts.observer.bytes(this.#parts.dir, piece, this.#parts.flow.write(piece));
  }

  #finish(): void {
    const bytes = this.#pieces.length === 1 ? (this.#pieces[0] as Uint8Array) : Buffer.concat(this.#pieces);
    const length = this.#bytes;
    const long = this.#long;
    this.#pieces = [];
    this.#bytes = 0;
    this.#long = 'no';
    if (long === 'pass') return;
    if (long === 'refuse') this.#judge({ head: bytes, bytes: length }, bytes);
    else this.#judge(withoutNewline(bytes), bytes);
  }

  /** @param bytes The line as it came, its newline with it. */
  #judge(line: Line, bytes: Uint8Array): void {
    const message = new Message(this.#parts.dir, line, Date.now(), now());
    this.#parts.observer.drain(); // A response is judged knowing its request, so the request must have been paired.
    const ruling = rule(message, this.#parts.bench);
    if (ruling instanceof Promise) this.#wait(async () => this.#carryOut(message, bytes, await ruling));
    else this.#inTurn(() => this.#carryOut(message, bytes, ruling));
  }

  /** Does something when all that came before has been dealt with: at once, unless a message is held. */
  #inTurn(act: () => void): void {
    if (this.#turn) this.#wait(async () => act());
    else act();
  }

  /** The source rests meanwhile: what is held stays bounded by one chunk and one line. */
  #wait(act: () => Promise<void>): void {
    const turn: Promise<void> = (this.#turn ?? Promise.resolve()).then(act).finally(() => {
      if (this.#turn === turn) this.#turn = undefined;
    });
    this.#turn = turn;
    this.#parts.flow.holdUntil(turn);
  }

  #carryOut(message: Message, bytes: Uint8Array, { forward, answers, decisions }: Ruling): void {
    const { flow, observer, answer } = this.#parts;
    const settledAs = (outcome: Outcome['outcome'], replacement?: Uint8Array) =>
      observer.settled({ message, outcome, decisions, replacement });
    for (const rpc of answers) answer(Buffer.from(`${JSON.stringify(rpc)}\n`));
    if (forward === undefined) {
      settledAs(answers.length > 0 ? 'answered' : 'blocked');
    } else if (forward === 'as-is') {
      settledAs(flow.write(bytes) ? 'forwarded' : 'undelivered');
    } else {
      const replacement = Buffer.from(`${JSON.stringify(forward)}\n`);
      settledAs(flow.write(replacement) ? 'changed' : 'undelivered', replacement.subarray(0, -1));
    }
  }
}

function withoutNewline(bytes: Uint8Array): Line {
  const head = bytes.at(-1) === newline ? bytes.subarray(0, -1) : bytes;
  return { head, bytes: head.length };
}
