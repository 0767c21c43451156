import type { Readable, Writable } from 'node:stream';
import { now } from '../clock.ts';
import type { ServerEnd, ServerExit } from '../transport/server-end.ts';
import { Ending, type EndingTimes } from './ending.ts';
import type { Flow } from './flow.ts';
import { type JoinParts, join } from './join.ts';

/** After the server's exit its output is read until it ends or rests for so long: a grandchild may hold it open for ever. */
const quietMs = 250;

/** After a signal to km: how long a client that does not read can keep km from ending. */
const patienceMs = 1_700;

/** What the joining of both ends needs beside them. */
type JoiningParts = Omit<JoinParts, 'server' | 'onEnd' | 'onBroken' | 'onChunk'>;

export interface SessionParts extends JoiningParts {
  readonly server: ServerEnd;
  readonly times: EndingTimes;
  /** True once a JSON-RPC message was seen. */
  readonly spoken: () => boolean;
  /** True while a request of the client has no response. */
  readonly waiting: () => boolean;
  /** True when nobody reads what the client is sent any more: nobody waits for an answer then. */
  readonly clientLost: () => boolean;
  /** Asks for signals that km itself gets. */
  readonly onSignal: (take: (signal: NodeJS.Signals) => void) => void;
}

/**
 * One run of the proxy between one client and one server, from the first byte to the last. Ends when the server has exited
 * and its output has been handed on; the client may still hold its end open.
 */
export async function runSession(parts: SessionParts): Promise<ServerExit> {
  const { client, server, times } = parts;
  const ending = new Ending({
    times,
    kill: server.kill,
    exited: server.exited,
    spoken: parts.spoken,
    waiting: () => parts.waiting() && !parts.clientLost(),
    now,
  });
  let outputEnds = () => {};
  const outputEnded = new Promise<void>((resolve) => {
    outputEnds = resolve;
  });
  const { s2c } = join({
    ...parts,
    onChunk: (dir) => dir === 's2c' && ending.active(),
    onEnd: (dir) => {
      if (dir === 's2c') outputEnds();
      else closeInput(server.sink, () => ending.clientGone());
    },
    // Nobody reads any more: whoever writes learns it as from a pipe. Of a client that is not read it cannot be told
    // whether it still lives, so it counts as gone.
    onBroken: (dir) => {
      (dir === 'c2s' ? client.source : server.source).destroy();
      if (dir === 'c2s') ending.clientGone();
    },
  });
  const outOfPatience = new Promise<void>((resolve) => {
    parts.onSignal((signal) => {
      ending.signalled(signal);
      setTimeout(resolve, patienceMs);
    });
  });
  const exit = await server.exited;
  await Promise.race([outputEnded, quiet(server.source, s2c), outOfPatience]);
  server.release();
  await Promise.race([s2c.flush(), outOfPatience]);
  return exit;
}

/** Gives the server EOF once all that was written before has reached it. */
function closeInput(sink: Writable, then: () => void): void {
  sink.end(then);
}

function quiet(source: Readable, flow: Flow): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (source.isPaused() || !flow.flushed) timer = setTimeout(look, quietMs);
      else resolve();
    };
    let timer = setTimeout(look, quietMs);
    source.on('data', () => timer.refresh());
    source.on('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
