import type { Readable, Writable } from 'node:stream';
import type { Direction } from '../message/message.ts';
import { Flow } from './flow.ts';
import type { Observer } from './observer.ts';

/** One end of the proxy: bytes come from it and go to it. stdio, a child and HTTP look alike from here on. */
export interface Channel {
  readonly source: Readable;
  readonly sink: Writable;
}

export interface JoinParts extends Ends {
  readonly client: Channel;
  readonly server: Channel;
  /** How messages are judged before they go on; undefined where nobody does. Handed in, so that it is loaded only then. */
  readonly judging: StartJudging | undefined;
  /** Where nobody judges yet, hears how judging begins while the traffic goes on: between lines, both ways at once. */
  readonly judgingLater?: ((begin: (judging: StartJudging) => void) => void) | undefined;
  readonly bufferBytes: number;
  readonly pressure: () => Promise<void> | undefined;
  readonly onBroken: (dir: Direction) => void;
}

/** Who hears what happens to a direction. */
export interface Ends {
  readonly observer: Observer;
  /** A direction has ended: its source gave all, or its sink takes nothing any more. */
  readonly onEnd: (dir: Direction) => void;
  /** Each chunk that was forwarded. */
  readonly onChunk: (dir: Direction) => void;
}

export type Flows = Readonly<Record<Direction, Flow>>;

/** Starts both directions line by line, each line judged. */
export type StartJudging = (flows: Flows, ends: Ends) => void;

/**
 * Joins client and server, both ways. Start reading here.
 *
 * A direction that nobody judges is a byte pipe: forwarded at once, looked at afterwards. One with judges goes on line by
 * line (`judge-lines.ts`): what may be judged cannot be told from a message's first bytes, for its method may come after
 * 10 MB of params.
 */
export function join(parts: JoinParts): Flows {
  const { client, server, judging, judgingLater } = parts;
  const flows = {
    c2s: new Flow(flowParts(parts, 'c2s', client.source, server.sink)),
    s2c: new Flow(flowParts(parts, 's2c', server.source, client.sink)),
  };
  if (judging) {
    judging(flows, parts);
  } else {
    startPipe(parts, 'c2s', flows.c2s);
    startPipe(parts, 's2c', flows.s2c);
    judgingLater?.((later) => later(flows, parts));
  }
  return flows;
}

function flowParts(parts: JoinParts, dir: Direction, source: Readable, sink: Writable) {
  const { bufferBytes, pressure, onBroken } = parts;
  return { source, sink, bufferBytes, pressure, onBroken: () => onBroken(dir) };
}

function startPipe({ observer, onEnd, onChunk }: Ends, dir: Direction, flow: Flow): void {
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
