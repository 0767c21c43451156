import type { Readable, Writable } from 'node:stream';
import { now } from '../clock.ts';
import { opposite } from '../message/exchange.ts';
import { type Direction, Message, type Rpc } from '../message/message.ts';
import type { Asked, Filter } from '../pipeline/filter.ts';
import { type Facts, judgesOf } from '../pipeline/settle.ts';
import { Asker } from './asker.ts';
import { Flow } from './flow.ts';
import { HeldCalls } from './held-calls.ts';
import { JudgedLines, type Questions } from './judged-lines.ts';
import type { Observer } from './observer.ts';

/** One end of the proxy: bytes come from it and go to it. stdio, a child and HTTP look alike from here on. */
export interface Channel {
  readonly source: Readable;
  readonly sink: Writable;
}

export interface JoinParts {
  readonly client: Channel;
  readonly server: Channel;
  readonly filters: readonly Filter[];
  readonly facts: Facts;
  readonly observer: Observer;
  /** The request that a response, coming in `dir`, answers. */
  readonly asked: (response: Rpc, dir: Direction) => Asked | undefined;
  /** True once a JSON-RPC message was seen. */
  readonly spoken: () => boolean;
  /** How a person is asked, where a filter wants that. */
  readonly asking: AskingParts;
  readonly bufferBytes: number;
  readonly holdBytesMax: number;
  readonly pressure: () => Promise<void> | undefined;
  /** A direction has ended: its source gave all, or its sink takes nothing any more. */
  readonly onEnd: (dir: Direction) => void;
  readonly onBroken: (dir: Direction) => void;
  /** Each chunk that was forwarded. */
  readonly onChunk: (dir: Direction) => void;
}

export interface AskingParts {
  /** How long a person may take, in milliseconds. */
  readonly timeoutMs: number;
  readonly after: (ms: number, act: () => void) => () => void;
  /** The question about a message, for a person. Redacted. */
  readonly text: (rpc: Rpc, reason: string) => string;
}

/**
 * Joins client and server, both ways. Start reading here.
 *
 * A direction that nobody judges is a byte pipe: forwarded at once, looked at afterwards. One with judges goes on line by
 * line. What may be judged cannot be told from a message's first bytes: its method may come after 10 MB of params.
 */
export function join(parts: JoinParts): Readonly<Record<Direction, Flow>> {
  const { client, server } = parts;
  const flows = {
    c2s: new Flow(flowParts(parts, 'c2s', client.source, server.sink)),
    s2c: new Flow(flowParts(parts, 's2c', server.source, client.sink)),
  };
  if (judgesOf(parts.filters).length === 0) {
    startPipe(parts, 'c2s', flows.c2s);
    startPipe(parts, 's2c', flows.s2c);
    return flows;
  }
  // Both ways line by line: what km answers to one side must not fall into the middle of a line of the other.
  const questions = openQuestions(parts, flows.s2c);
  startJudged(parts, 'c2s', flows, questions);
  startJudged(parts, 's2c', flows, questions);
  return flows;
}

function openQuestions({ asking, observer }: JoinParts, toClient: Flow): Questions {
  const { timeoutMs, after, text } = asking;
  const asker = new Asker({ send: (rpc) => say(rpc, 's2c', toClient, observer), timeoutMs, after });
  return { asker, held: new HeldCalls(timeoutMs, now), text };
}

/** Sends a message of km's own, and puts it on record. */
function say(rpc: Rpc, dir: Direction, flow: Flow, observer: Observer): void {
  const bytes = Buffer.from(`${JSON.stringify(rpc)}\n`);
  flow.write(bytes);
  observer.own(dir, bytes.subarray(0, -1));
}

function flowParts(parts: JoinParts, dir: Direction, source: Readable, sink: Writable) {
  const { bufferBytes, pressure, onBroken } = parts;
  return { source, sink, bufferBytes, pressure, onBroken: () => onBroken(dir) };
}

function startPipe({ observer, onEnd, onChunk }: JoinParts, dir: Direction, flow: Flow): void {
  flow.start(
    (chunk) => {
      observer.bytes(dir, chunk, flow.write(chunk));
      onChunk(dir);
    },
    () => {
      observer.end(dir);
      onEnd(dir);
    },
  );
}

function startJudged(
  parts: JoinParts,
  dir: Direction,
  flows: Readonly<Record<Direction, Flow>>,
  questions: Questions,
): void {
  const { observer, asked, spoken, facts, holdBytesMax, onEnd, onChunk } = parts;
  const back = opposite(dir);
  const bench = {
    judges: judgesOf(parts.filters),
    facts,
    rewrite: withContent,
    asked: (response: Rpc) => asked(response, dir),
    spoken,
  };
  const answer = (rpc: Rpc) => say(rpc, back, flows[back], observer);
  const flow = flows[dir];
  const lines = new JudgedLines({ dir, flow, bench, observer, holdBytesMax, answer, questions });
  flow.start(
    (chunk) => {
      lines.take(chunk);
      onChunk(dir);
    },
    () => {
      if (dir === 'c2s') questions.asker.close();
      lines.end().then(() => {
        observer.end(dir);
        onEnd(dir);
      });
    },
  );
}

function withContent({ dir, time, at }: Message, rpc: Rpc | readonly Rpc[]): Message {
  const head = Buffer.from(JSON.stringify(rpc));
  return new Message(dir, { head, bytes: head.length }, time, at);
}
