import { now } from '../clock.ts';
import { opposite } from '../message/exchange.ts';
import { type Direction, Message, type Rpc } from '../message/message.ts';
import type { Asked, Filter } from '../pipeline/filter.ts';
import { type Facts, judgesOf } from '../pipeline/settle.ts';
import { Allowances } from './allowances.ts';
import { Asker } from './asker.ts';
import type { Flow } from './flow.ts';
import { HeldCalls } from './held-calls.ts';
import type { Ends, Flows, StartJudging } from './join.ts';
import { JudgedLines, type Questions } from './judged-lines.ts';
import type { Observer } from './observer.ts';

export interface JudgingParts {
  readonly filters: readonly Filter[];
  readonly facts: Facts;
  /** The request that a response, coming in `dir`, answers. */
  readonly asked: (response: Rpc, dir: Direction, scope?: string) => Asked | undefined;
  /** True once a JSON-RPC message was seen. */
  readonly spoken: () => boolean;
  /** How a person is asked, where a filter wants that. */
  readonly asking: AskingParts;
  /** Longest line that is held, in bytes (`hold.max_bytes`). */
  readonly holdBytesMax: number;
  /** What the client said when it began, where judging begins later. */
  readonly initialize?: Rpc | undefined;
}

export interface AskingParts {
  /** How long a person may take, in milliseconds. */
  readonly timeoutMs: number;
  readonly after: (ms: number, act: () => void) => () => void;
  /** The question about a message, for a person. Redacted. */
  readonly text: (rpc: Rpc, reason: string) => string;
}

/**
 * Has the filters judge each line before it goes on; undefined when none of them judges.
 *
 * Both ways line by line, whatever the filters want to see: what km answers to one side must not fall into the middle of a
 * line of the other.
 */
export function judgeLines(parts: JudgingParts): StartJudging | undefined {
  if (judgesOf(parts.filters).length === 0) return undefined;
  return (flows, ends) => {
    const questions = openQuestions(parts.asking, flows.s2c, ends.observer);
    if (parts.initialize) questions.asker.learn(parts.initialize);
    startJudged(parts, 'c2s', flows, ends, questions);
    startJudged(parts, 's2c', flows, ends, questions);
  };
}

function openQuestions({ timeoutMs, after, text }: AskingParts, toClient: Flow, observer: Observer): Questions {
  const asker = new Asker({ send: (rpc) => say(rpc, 's2c', toClient, observer), timeoutMs, after });
  return { asker, held: new HeldCalls(timeoutMs, now), allowed: new Allowances(), text };
}

/** Sends a message of km's own, and puts it on record. */
function say(rpc: Rpc, dir: Direction, flow: Flow, observer: Observer): void {
  const bytes = Buffer.from(`${JSON.stringify(rpc)}\n`);
  flow.writeOwn(bytes);
  observer.own(dir, bytes.subarray(0, -1));
}

function startJudged(parts: JudgingParts, dir: Direction, flows: Flows, ends: Ends, questions: Questions): void {
  const { asked, spoken, facts, filters, holdBytesMax } = parts;
  const { observer, onEnd, onChunk } = ends;
  const back = opposite(dir);
  const bench = {
    judges: judgesOf(filters),
    facts,
    rewrite: withContent,
    asked: (response: Rpc) => {
      const allowed = questions.allowed.of(back, response.id);
      const request = asked(response, dir);
      return request && allowed ? { ...request, allowed } : request;
    },
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
      // Whichever end is gone: what is held for a person gets no further, and is to be on record before the session ends.
      questions.asker.close();
      lines.end().then(() => {
        observer.end(dir);
        onEnd(dir);
      });
    },
  );
}

/** The message with other content. */
export function withContent({ dir, time, at, origin }: Message, rpc: Rpc | readonly Rpc[]): Message {
  const head = Buffer.from(JSON.stringify(rpc));
  return new Message(dir, { head, bytes: head.length }, time, at, origin);
}
