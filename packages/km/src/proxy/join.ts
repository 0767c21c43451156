import type { Readable, Writable } from 'node:stream';
import { type Direction, Message, type Rpc } from '../message/message.ts';
import type { Context, Filter } from '../pipeline/filter.ts';
import { judgesOf } from '../pipeline/settle.ts';
import { Flow } from './flow.ts';
import { JudgedLines } from './judged-lines.ts';
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
  readonly facts: Omit<Context, 'signal'>;
  readonly observer: Observer;
  /** Method of the request that a response, coming in `dir`, answers. */
  readonly methodAsked: (response: Rpc, dir: Direction) => string | undefined;
  readonly bufferBytes: number;
  readonly holdBytesMax: number;
  readonly pressure: () => Promise<void> | undefined;
  /** A direction has ended: its source gave all, or its sink takes nothing any more. */
  readonly onEnd: (dir: Direction) => void;
  readonly onBroken: (dir: Direction) => void;
  /** Each chunk that was forwarded. */
  readonly onChunk: (dir: Direction) => void;
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
  start(parts, 'c2s', flows.c2s, flows.s2c);
  start(parts, 's2c', flows.s2c, flows.c2s);
  return flows;
}

function flowParts(parts: JoinParts, dir: Direction, source: Readable, sink: Writable) {
  const { bufferBytes, pressure, onBroken } = parts;
  return { source, sink, bufferBytes, pressure, onBroken: () => onBroken(dir) };
}

function start(parts: JoinParts, dir: Direction, flow: Flow, back: Flow): void {
  const judges = judgesOf(parts.filters);
  if (judges.length === 0) startPipe(parts, dir, flow);
  else startJudged(parts, dir, flow, back);
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

function startJudged(parts: JoinParts, dir: Direction, flow: Flow, back: Flow): void {
  const { observer, methodAsked, facts, holdBytesMax, onEnd, onChunk } = parts;
  const bench = {
    judges: judgesOf(parts.filters),
    facts,
    rewrite: withContent,
    methodAsked: (response: Rpc) => methodAsked(response, dir),
  };
  const lines = new JudgedLines({ dir, flow, bench, observer, holdBytesMax, answer: (bytes) => back.write(bytes) });
  flow.start(
    (chunk) => {
      lines.take(chunk);
      onChunk(dir);
    },
    () => {
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
