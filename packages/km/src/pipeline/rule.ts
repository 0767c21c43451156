import type { Assessment } from '@kilometers/core/risk/finding.ts';
import type { Message, Rpc } from '../message/message.ts';
import { kindOf } from '../message/read-line.ts';
import type { Decision } from './filter.ts';
import { refuse, replaceResponse } from './refusal.ts';
import { type Answered, type Bench, enforces, type Settled, settle } from './settle.ts';

/** What is to be done with one line. */
export interface Ruling {
  /** `as-is`: the very bytes; a message: this instead; undefined: nothing goes on. */
  readonly forward: 'as-is' | Rpc | readonly Rpc[] | undefined;
  /** What the sender hears in the receiver's stead. */
  readonly answers: readonly Rpc[];
  readonly decisions: readonly Decision[];
  readonly risk: Assessment | undefined;
  /** A person has to be asked first: until then nothing is to be done with the line. */
  readonly question?: Question;
}

export interface Question {
  /** Why, for the person. */
  readonly reason: string;
  /** What is to be done with the line, once somebody has answered or nobody can. */
  readonly resume: (answer: Answered) => Ruling | Promise<Ruling>;
}

const onward: Ruling = { forward: 'as-is', answers: [], decisions: [], risk: undefined };

/** Judges one line: a message as such, the elements of a batch singly, and what cannot be judged by whether judges enforce. */
export function rule(message: Message, bench: Bench): Ruling | Promise<Ruling> {
  if (message.kind === 'blank') return onward;
  if (message.kind === 'opaque' || message.cut) return ruleOpaque(message, bench);
  if (message.kind === 'batch') return ruleBatch(message, bench);
  return follow(settle(message, bench), message.rpc as Rpc, bench);
}

function follow(settled: Settled | Promise<Settled>, rpc: Rpc, bench: Bench): Ruling | Promise<Ruling> {
  return settled instanceof Promise
    ? settled.then((late) => toRuling(late, rpc, bench))
    : toRuling(settled, rpc, bench);
}

function ruleOpaque(message: Message, { judges, spoken }: Bench): Ruling {
  if (!enforces(judges) || (!spoken() && isPlainText(message.raw))) return onward;
  const reason = `The line is not exactly one well-formed message (${message.reading.opaque}).`;
  const answer = message.rpc && refuse(message.rpc, reason);
  const decisions: readonly Decision[] = [{ by: 'km', verdict: 'block', reason }];
  return { forward: undefined, answers: answer ? [answer] : [], decisions, risk: undefined };
}

/** A line that begins as no message does, for any parser: not with a brace or bracket, nor with what some parsers pass over. */
function isPlainText(line: Uint8Array): boolean {
  const first = line.find((byte) => byte !== 0x20 && byte !== 0x09) ?? 0;
  return first > 0x20 && first < 0x7f && first !== 0x7b && first !== 0x5b;
}

function toRuling(settled: Settled, rpc: Rpc, bench: Bench): Ruling {
  const { decisions, risk } = settled;
  if (settled.kind === 'pass') return decisions.length === 0 && !risk ? onward : { ...onward, decisions, risk };
  if (settled.kind === 'change') return { forward: settled.rpc, answers: [], decisions, risk };
  if (settled.kind === 'ask') {
    const { reason, resume } = settled;
    const question = { reason, resume: (answer: Answered) => follow(resume(answer), rpc, bench) };
    return { forward: undefined, answers: [], decisions, risk, question };
  }
  const { reason, error } = settled;
  if (kindOf(rpc) === 'response') {
    return { forward: replaceResponse(rpc, bench.asked(rpc)?.method, reason), answers: [], decisions, risk };
  }
  const answer = refuse(rpc, reason, error);
  return { forward: undefined, answers: answer ? [answer] : [], decisions, risk };
}

/** A guard that looks at an array as if it were one message sees nothing of what is in it. */
async function ruleBatch(message: Message, bench: Bench): Promise<Ruling> {
  const rulings: Ruling[] = [];
  for (const element of message.all) {
    const ruling = await rule(bench.rewrite(message, element), bench);
    // One question for each element, all of them holding one line, would be more than a person can follow.
    const unasked = {
      allowed: false,
      reason: `${ruling.question?.reason} Nobody can be asked about a part of a batch.`,
    };
    rulings.push(ruling.question ? await ruling.question.resume(unasked) : ruling);
  }
  const answers = rulings.flatMap((ruling) => ruling.answers);
  const decisions = rulings.flatMap((ruling) => ruling.decisions);
  const risk = rulings.map((ruling) => ruling.risk).reduce(worse, undefined);
  if (rulings.every((ruling) => ruling.forward === 'as-is')) return { forward: 'as-is', answers, decisions, risk };
  const kept = message.all.flatMap((element, index) => {
    const forward = rulings[index]?.forward;
    return forward === 'as-is' ? [element] : (forward ?? []);
  }) as Rpc[];
  return { forward: kept.length > 0 ? kept : undefined, answers, decisions, risk };
}

function worse(one: Assessment | undefined, other: Assessment | undefined): Assessment | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one.score >= other.score ? one : other;
}
