import { now } from '../clock.ts';
import { opposite } from '../message/exchange.ts';
import { type Message, type Rpc, scopedId } from '../message/message.ts';
import { refuse } from '../pipeline/refusal.ts';
import { type Question, type Ruling, rule } from '../pipeline/rule.ts';
import { judgesOf } from '../pipeline/settle.ts';
import { Allowances } from './allowances.ts';
import { HeldCalls } from './held-calls.ts';
import { type JudgingParts, withContent } from './judge-lines.ts';
import { unaskable } from './judged-lines.ts';
import type { Observer } from './observer.ts';

/** What becomes of a message. */
export interface Judged {
  /** The very bytes, this message instead, or nothing. */
  readonly forward: Ruling['forward'];
  /** What the sender hears in the receiver's stead. */
  readonly answers: readonly Rpc[];
}

/** Judges one message, and puts it on record. */
export type MessageJudge = (message: Message) => Promise<Judged>;

/**
 * Has the filters judge messages that come singly, each in a request of its own; undefined when none of them judges.
 *
 * No order has to be kept between them, as they may overtake each other on the way anyhow. A person can be asked where the
 * answer to a call may be a question (MCP 2026-07-28).
 */
export function judgeMessages(parts: JudgingParts, observer: Observer): MessageJudge | undefined {
  const { filters, facts, asked, spoken, asking } = parts;
  const judges = judgesOf(filters);
  if (judges.length === 0) return undefined;
  const held = new HeldCalls(asking.timeoutMs, now);
  const allowed = new Allowances();

  return async (message) => {
    observer.drain(); // A response is judged knowing its request, so the request must have been paired.
    const ruled = await conclude(message, await (retried(message) ?? rule(message, benchFor(message))));
    const ruling = message.kind === 'batch' && message.dir === 'c2s' ? wholeBatch(message, ruled) : ruled;
    const { forward, answers, decisions } = ruling;
    if (forward !== undefined && message.kind === 'request') {
      allowed.note(message.dir, idOf(message, message.rpc), decisions);
    }
    keep(message, ruling, observer);
    return { forward, answers };
  };

  function benchFor(message: Message) {
    const { dir, origin } = message;
    return {
      judges,
      facts,
      rewrite: withContent,
      asked: (response: Rpc) => {
        const granted = allowed.of(opposite(dir), idOf(message, response));
        const request = asked(response, dir, origin.scope);
        return request && granted ? { ...request, allowed: granted } : request;
      },
      spoken,
    };
  }

  /** The ruling on a call that was held, when this is the call again with a person's answer. */
  function retried(message: Message): Promise<Ruling> | undefined {
    if (message.dir !== 'c2s' || !held.waiting || message.kind !== 'request') return undefined;
    return message.rpc && held.retry(message.rpc);
  }

  async function conclude(message: Message, ruling: Ruling): Promise<Ruling> {
    if (ruling.question === undefined) return ruling;
    const rpc = message.rpc as Rpc; // Only single messages are asked about.
    if (message.dir === 'c2s' && held.canAsk(rpc)) return hold(rpc, ruling.question);
    const { reason, resume } = ruling.question;
    return conclude(message, await resume({ allowed: false, reason: `${reason} ${unaskable}` }));
  }

  function hold(rpc: Rpc, { reason, resume }: Question): Ruling {
    const question = held.ask(rpc, asking.text(rpc, reason), resume);
    return {
      forward: undefined,
      answers: [question],
      decisions: [{ by: 'km', verdict: 'ask', reason }],
      risk: undefined,
    };
  }
}

/**
 * A batch of the client's goes on as a whole, or not at all: the server's answer to the rest of it could not be put together
 * with km's own without waiting for all of it.
 */
function wholeBatch(message: Message, ruling: Ruling): Ruling {
  if (ruling.answers.length === 0 || ruling.forward === undefined) return ruling;
  const answered = new Set(ruling.answers.map(({ id }) => id));
  const others = message.all.filter(({ id, method }) => method !== undefined && id !== undefined && !answered.has(id));
  const refused = others.flatMap((rpc) => refuse(rpc, 'It came in one batch with a message that was stopped.') ?? []);
  return { ...ruling, forward: undefined, answers: [...ruling.answers, ...refused] };
}

/** Puts on record what became of a message, and behind it what was answered. */
function keep(message: Message, { forward, answers, decisions, risk }: Ruling, observer: Observer): void {
  const replacement = typeof forward === 'object' ? Buffer.from(JSON.stringify(forward)) : undefined;
  const stopped = answers.length > 0 ? 'answered' : 'blocked';
  const outcome = replacement ? 'changed' : forward === 'as-is' ? 'forwarded' : stopped;
  observer.settled({ message, outcome, decisions, replacement, risk });
  for (const rpc of answers) observer.own(opposite(message.dir), Buffer.from(JSON.stringify(rpc)), message.origin);
}

function idOf({ origin }: Message, rpc: Rpc | undefined) {
  return rpc?.id === undefined ? undefined : scopedId(rpc.id, origin.scope);
}
