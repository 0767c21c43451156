import type { Message, Rpc } from '../message/message.ts';
import { kindOf } from '../message/read-line.ts';
import type { Decision } from './filter.ts';
import { refuse, replaceResponse } from './refusal.ts';
import { type Bench, enforces, type Settled, settle } from './settle.ts';

/** What is to be done with one line. */
export interface Ruling {
  /** `as-is`: the very bytes; a message: this instead; undefined: nothing goes on. */
  readonly forward: 'as-is' | Rpc | readonly Rpc[] | undefined;
  /** What the sender hears in the receiver's stead. */
  readonly answers: readonly Rpc[];
  readonly decisions: readonly Decision[];
}

const onward: Ruling = { forward: 'as-is', answers: [], decisions: [] };

/** Judges one line: a message as such, the elements of a batch singly, and what cannot be judged by whether judges enforce. */
export function rule(message: Message, bench: Bench): Ruling | Promise<Ruling> {
  if (message.kind === 'blank') return onward;
  if (message.kind === 'opaque' || message.cut) return ruleOpaque(message, bench);
  if (message.kind === 'batch') return ruleBatch(message, bench);
  const settled = settle(message, bench);
  const rpc = message.rpc as Rpc;
  return settled instanceof Promise
    ? settled.then((late) => toRuling(late, rpc, bench))
    : toRuling(settled, rpc, bench);
}

function ruleOpaque(message: Message, { judges }: Bench): Ruling {
  if (!enforces(judges)) return onward;
  const reason = `The line is not exactly one well-formed message (${message.reading.opaque}).`;
  const answer = message.rpc && refuse(message.rpc, reason);
  return { forward: undefined, answers: answer ? [answer] : [], decisions: [{ by: 'km', verdict: 'block', reason }] };
}

function toRuling(settled: Settled, rpc: Rpc, { methodAsked }: Bench): Ruling {
  const { decisions } = settled;
  if (settled.kind === 'pass') return decisions.length === 0 ? onward : { ...onward, decisions };
  if (settled.kind === 'change') return { forward: settled.rpc, answers: [], decisions };
  if (kindOf(rpc) === 'response') {
    return { forward: replaceResponse(rpc, methodAsked(rpc), settled.reason), answers: [], decisions };
  }
  const answer = refuse(rpc, settled.reason);
  return { forward: undefined, answers: answer ? [answer] : [], decisions };
}

/** A guard that looks at an array as if it were one message sees nothing of what is in it. */
async function ruleBatch(message: Message, bench: Bench): Promise<Ruling> {
  const rulings: Ruling[] = [];
  for (const element of message.all) rulings.push(await rule(bench.rewrite(message, element), bench));
  const answers = rulings.flatMap((ruling) => ruling.answers);
  const decisions = rulings.flatMap((ruling) => ruling.decisions);
  if (rulings.every((ruling) => ruling.forward === 'as-is')) return { forward: 'as-is', answers, decisions };
  const kept = message.all.flatMap((element, index) => {
    const forward = rulings[index]?.forward;
    return forward === 'as-is' ? [element] : (forward ?? []);
  }) as Rpc[];
  return { forward: kept.length > 0 ? kept : undefined, answers, decisions };
}
