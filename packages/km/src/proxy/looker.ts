import type { Exchanges } from '../message/exchange.ts';
import { Framing, type Line } from '../message/framing.ts';
import { type Direction, Message } from '../message/message.ts';
import type { Outcome, OwnMessage } from '../pipeline/filter.ts';
import type { Chunk, Looker, OwnBytes, Stream, Unnumbered, Waiting } from './observer.ts';

/** A line of the server's stderr. */
export interface StderrLine {
  readonly line: Line;
  readonly seq: number;
  readonly time: number;
}

/** Who is told what was seen. */
export interface LookerParts {
  /** Longest line that is kept whole, in bytes. */
  readonly lineBytesMax: number;
  /** The next number of the run. */
  readonly nextSeq: () => number;
  readonly exchanges: Pick<Exchanges, 'track'>;
  readonly onOutcome: (outcome: Outcome) => void;
  readonly onStderr: (line: StderrLine) => void;
  /** What km itself said: answers in somebody's stead, questions. */
  readonly onOwn?: (own: OwnMessage) => void;
  /** Set while the log has no room. */
  readonly pressure?: () => Promise<void> | undefined;
  /** Runs work and adds up its time by stage, when somebody profiles. */
  readonly time?: <T>(stage: string, work: () => T) => T;
}

/** Cuts what went through into messages, numbers and pairs them, and hands each outcome to whoever watches. */
export function openLooker(parts: LookerParts): Looker {
  const { time, lineBytesMax, pressure } = parts;
  const told = time === undefined ? parts : timed(parts, time);
  const framing = () => new Framing(lineBytesMax);
  const framings: Readonly<Record<Stream, Framing>> = { c2s: framing(), s2c: framing(), stderr: framing() };
  return {
    pressure,
    look(entry: Waiting) {
      if ('settled' in entry) tellOutcome(entry.settled, told);
      else if ('own' in entry) tellOwn(entry.own, told);
      else cut(entry, framings[entry.stream], told);
    },
  };
}

function cut(entry: Chunk, framing: Framing, told: LookerParts): void {
  const { stream, chunk } = entry;
  const take = stream === 'stderr' ? stderrTaker(entry, told) : lineTaker(entry, stream, told);
  if (chunk === 'end') framing.end(take);
  else framing.push(chunk, take);
}

function stderrTaker({ time }: Chunk, { onStderr, nextSeq }: LookerParts): (line: Line) => void {
  return (line) => onStderr({ line, time, seq: nextSeq() });
}

function lineTaker({ time, at, delivered }: Chunk, dir: Direction, told: LookerParts): (line: Line) => void {
  const outcome = delivered ? 'forwarded' : 'undelivered';
  return (line) => {
    const message = new Message(dir, line, time, at);
    tellOutcome({ message, outcome, decisions: none, replacement: undefined, risk: undefined }, told);
  };
}

const none: readonly never[] = [];

function tellOutcome(settled: Unnumbered, { exchanges, onOutcome, nextSeq }: LookerParts): void {
  const { message, outcome, decisions, replacement, risk } = settled;
  const seq = nextSeq();
  onOutcome({ message, seq, outcome, decisions, risk, exchanges: exchanges.track(message, seq), replacement });
}

/** Paired like any other: an answer in somebody's stead ends the call. */
function tellOwn({ dir, bytes, time, at, origin }: OwnBytes, told: LookerParts): void {
  const message = new Message(dir, { head: bytes, bytes: bytes.length }, time, at, origin);
  const seq = told.nextSeq();
  const [exchange] = told.exchanges.track(message, seq);
  told.onOwn?.({ message, seq, exchange });
}

/** The same, their time added up by stage. */
function timed(parts: LookerParts, time: NonNullable<LookerParts['time']>): LookerParts {
  const { exchanges, onOutcome, onStderr } = parts;
  return {
    ...parts,
    exchanges: { track: (message, seq) => time('read and pair', () => exchanges.track(message, seq)) },
    onOutcome: (outcome) => time('watch', () => onOutcome(outcome)),
    onStderr: (line) => time('stderr', () => onStderr(line)),
  };
}
