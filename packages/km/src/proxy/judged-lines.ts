import { now } from '../clock.ts';
import { headBytes, type Line } from '../message/framing.ts';
import { type Direction, Message, type Rpc, type RpcId } from '../message/message.ts';
import type { Outcome } from '../pipeline/filter.ts';
import { type Question, type Ruling, rule } from '../pipeline/rule.ts';
import { type Answered, type Bench, enforces } from '../pipeline/settle.ts';
import type { Allowances } from './allowances.ts';
import type { Asker } from './asker.ts';
import type { Flow } from './flow.ts';
import type { HeldCalls } from './held-calls.ts';
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
  readonly answer: (rpc: Rpc) => void;
  readonly questions: Questions;
}

/** How a person can be asked. One for both directions. */
export interface Questions {
  readonly asker: Asker;
  readonly held: HeldCalls;
  readonly allowed: Allowances;
  /** The question about a message, for a person: what wants to happen, and why it is held. */
  readonly text: (rpc: Rpc, reason: string) => string;
}

/**
 * The lines of a direction that has judges: each is held until they have spoken, and order is kept behind it, except while
 * a person is asked: then others overtake.
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
  /** What takes back the question about a request, by its id. */
  readonly #asking = new Map<RpcId, () => void>();

  constructor(parts: JudgedParts) {
    this.#parts = parts;
    if (!parts.flow.midLine) return;
    // Judging begins while a line is under way: the rest of it follows its beginning.
    this.#long = 'pass';
    this.#bytes = 1;
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
    const { dir, observer, bench, questions } = this.#parts;
    const message = new Message(dir, line, Date.now(), now());
    observer.drain(); // A response is judged knowing its request, so the request must have been paired.
    if (dir === 'c2s' && this.#isForKm(message, questions)) return;
    const ruling = this.#retried(message) ?? rule(message, bench);
    if (ruling instanceof Promise) this.#wait(async () => this.#act(message, bytes, await ruling));
    else this.#inTurn(() => this.#act(message, bytes, ruling));
  }

  /** What the client says to km, and to nobody else: an answer, or that it cancels what is held. */
  #isForKm(message: Message, { asker }: Questions): boolean {
    const [outline] = message.outlines;
    if (outline === undefined || message.kind === 'batch') return false;
    if (outline.method === 'initialize') asker.learn(message.rpc ?? outline);
    const cancel = outline.method === 'notifications/cancelled' ? this.#asking.get(cancelledBy(message)) : undefined;
    const rpc = message.rpc ?? outline;
    const isAnswer = message.kind === 'response' && asker.asked(rpc);
    if (cancel === undefined && !isAnswer) return false;
    const decisions = cancel
      ? [{ by: 'km', verdict: 'block', reason: 'What it cancels was still held.' } as const]
      : [];
    const taken = { message, outcome: 'taken', decisions, replacement: undefined, risk: undefined } as const;
    // On record before what comes of it, and behind the lines before it that are still held.
    this.#inTurn(() => this.#parts.observer.settled(taken));
    if (cancel) cancel();
    else asker.take(rpc);
    return true;
  }

  /** The ruling on a call that was held, when this is the call again with a person's answer. */
  #retried(message: Message): Promise<Ruling> | undefined {
    const { dir, questions } = this.#parts;
    if (dir !== 'c2s' || !questions.held.waiting || message.kind !== 'request') return undefined;
    return message.rpc && questions.held.retry(message.rpc);
  }

  #act(message: Message, bytes: Uint8Array, ruling: Ruling): void {
    if (ruling.question) this.#ask(message, bytes, ruling.question);
    else this.#carryOut(message, bytes, ruling);
  }

  /** Asks a person; meanwhile nothing waits. Where nobody can be asked, the message is stopped, and its sender told why. */
  #ask(message: Message, bytes: Uint8Array, { reason, resume }: Question): void {
    const { dir, questions } = this.#parts;
    const { asker, held, text } = questions;
    const rpc = message.rpc as Rpc; // Only single messages are asked about.
    const kept = Buffer.from(bytes); // Its chunk may be gone before somebody answers.
    const goOn = (answer: Answered) => {
      if (rpc.id !== undefined && rpc.id !== null) this.#asking.delete(rpc.id);
      const said = answer.allowed ? answer : { allowed: false, reason: `${reason} ${answer.reason}` };
      this.#wait(async () => this.#act(message, kept, await resume(said)));
    };
    if (dir === 'c2s' && held.canAsk(rpc)) {
      const question = held.ask(rpc, text(rpc, reason), resume);
      const decisions = [{ by: 'km', verdict: 'ask', reason }] as const;
      this.#carryOut(message, kept, { forward: undefined, answers: [question], decisions, risk: undefined });
    } else if (asker.offered) {
      const withdraw = asker.ask({ text: text(rpc, reason), answered: goOn });
      if (rpc.id !== undefined && rpc.id !== null) this.#asking.set(rpc.id, withdraw);
    } else {
      goOn({ allowed: false, reason: unaskable });
    }
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

  #carryOut(message: Message, bytes: Uint8Array, { forward, answers, decisions, risk }: Ruling): void {
    const { dir, flow, observer, answer, questions } = this.#parts;
    if (forward !== undefined && message.kind === 'request') questions.allowed.note(dir, message.rpc?.id, decisions);
    const settledAs = (outcome: Outcome['outcome'], replacement?: Uint8Array) =>
      observer.settled({ message, outcome, decisions, replacement, risk });
    if (forward === undefined) {
      settledAs(answers.length > 0 ? 'answered' : 'blocked');
    } else if (forward === 'as-is') {
      settledAs(flow.write(bytes) ? 'forwarded' : 'undelivered');
    } else {
      const replacement = Buffer.from(`${JSON.stringify(forward)}\n`);
      settledAs(flow.write(replacement) ? 'changed' : 'undelivered', replacement.subarray(0, -1));
    }
    // On record behind what they answer.
    for (const rpc of answers) answer(rpc);
  }
}

/** Why a message is stopped that a person should have been asked about. */
export const unaskable =
  'Nobody can be asked: the client offers no elicitation. Its owner can allow such calls by a rule in policy.yaml.';

function cancelledBy(message: Message): RpcId {
  return ((message.rpc?.params ?? {}) as { requestId?: RpcId }).requestId ?? null;
}

function withoutNewline(bytes: Uint8Array): Line {
  const head = bytes.at(-1) === newline ? bytes.subarray(0, -1) : bytes;
  return { head, bytes: head.length };
}
