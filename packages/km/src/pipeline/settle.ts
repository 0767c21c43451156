import type { Assessment } from '@kilometers/core/risk/finding.ts';
import type { Message, Rpc } from '../message/message.ts';
import { kindOf } from '../message/read-line.ts';
import type { Asked, Context, Decision, Filter, Verdict } from './filter.ts';

/** A filter that judges. */
export type Judge = Filter & Required<Pick<Filter, 'judge'>>;

/** What the judges made of one message. */
export type Settled = { readonly decisions: readonly Decision[]; readonly risk: Assessment | undefined } & (
  | { readonly kind: 'pass' }
  | { readonly kind: 'change'; readonly rpc: Rpc | readonly Rpc[] }
  | { readonly kind: 'block'; readonly reason: string; readonly error?: RpcError }
  /** A person is to be asked; `resume` goes on with the judges after the one that wants it, or stops the message. */
  | { readonly kind: 'ask'; readonly reason: string; readonly resume: (answer: Answered) => Settled | Promise<Settled> }
);

type RpcError = NonNullable<Extract<Verdict, { kind: 'block' }>['error']>;

/** What became of a question. `reason` is for the record, and for whoever sent a message that is stopped. */
export interface Answered {
  readonly allowed: boolean;
  readonly reason: string;
}

/** Everything a message is put before. */
export interface Bench {
  readonly judges: readonly Judge[];
  readonly facts: Facts;
  /** The message with other content, for the judges after one that replaced it. */
  readonly rewrite: (message: Message, rpc: Rpc | readonly Rpc[]) => Message;
  /** The request that a response answers. */
  readonly asked: (response: Rpc) => Asked | undefined;
  /** True once a JSON-RPC message was seen, either way. Until then the program may be any, such as `sort`. */
  readonly spoken: () => boolean;
}

/** What a filter knows that is the same for every message. */
export type Facts = Pick<Context, 'run' | 'session' | 'server'>;

/** A judge that failed has not judged; its `onFailure` decides. */
type Answer = Verdict | { readonly kind: 'unjudged'; readonly reason: string; readonly risk?: Assessment };

interface Hearing {
  message: Message;
  changed: Rpc | readonly Rpc[] | undefined;
  readonly decisions: Decision[];
  risk: Assessment | undefined;
  next: number;
}

const deadlineMsDefault = 5_000;

export function judgesOf(filters: readonly Filter[]): readonly Judge[] {
  return filters.filter((filter): filter is Judge => filter.judge !== undefined);
}

/** Where a judge must not be passed by, a line that cannot be judged is refused. */
export function enforces(judges: readonly Judge[]): boolean {
  return judges.some((judge) => judge.enforces ?? judge.onFailure === 'block');
}

/**
 * Puts a message before the judges, in list order: each sees what those before it left, and the first that blocks ends it.
 *
 * Judges that answer at once cost no `await`. One that throws, answers nonsense or misses its deadline has not judged: that
 * is on record as `unjudged`, and its `onFailure` decides.
 */
export function settle(message: Message, bench: Bench): Settled | Promise<Settled> {
  return hear({ message, changed: undefined, decisions: [], risk: undefined, next: 0 }, bench);
}

function hear(hearing: Hearing, bench: Bench): Settled | Promise<Settled> {
  while (hearing.next < bench.judges.length) {
    const judge = bench.judges[hearing.next++] as Judge;
    const { message } = hearing;
    if (judge.wants?.(message.kind, message.dir) === false) continue;
    const answer = ask(judge, hearing, bench);
    if (answer instanceof Promise) {
      return answer.then((late) => apply(late, judge, hearing, bench) ?? hear(hearing, bench));
    }
    const ended = apply(answer, judge, hearing, bench);
    if (ended) return ended;
  }
  const { changed, decisions, risk } = hearing;
  return changed ? { kind: 'change', rpc: changed, decisions, risk } : { kind: 'pass', decisions, risk };
}

/** Notes the answer; what it ends with when the judge refuses, or wants a person to be asked. */
function apply(answer: Answer, judge: Judge, hearing: Hearing, bench: Bench): Settled | undefined {
  const { decisions } = hearing;
  if (answer.risk && answer.risk.score >= (hearing.risk?.score ?? 0)) hearing.risk = answer.risk;
  const { risk } = hearing;
  if (answer.kind !== 'pass' || answer.reason !== undefined) decisions.push(decisionOf(answer, judge));
  if (answer.kind === 'replace') {
    hearing.changed = answer.rpc;
    hearing.message = bench.rewrite(hearing.message, answer.rpc);
  }
  if (answer.kind === 'block') {
    const { reason, error } = answer;
    return { kind: 'block', reason, decisions, risk, ...(error && { error }) };
  }
  if (answer.kind === 'ask') {
    return { kind: 'ask', reason: answer.reason, decisions, risk, resume: (said) => resume(said, hearing, bench) };
  }
  if (answer.kind !== 'unjudged' || judge.onFailure === 'pass') return undefined;
  return { kind: 'block', reason: `The filter ${judge.name} could not judge this message.`, decisions, risk };
}

function decisionOf(answer: Answer, { name }: Judge): Decision {
  const { kind, reason, rule, tags } = answer as Answer & { readonly rule?: string; readonly tags?: readonly string[] };
  return {
    by: name,
    verdict: kind,
    ...(rule !== undefined && { rule }),
    ...(reason !== undefined && { reason }),
    ...(tags && tags.length > 0 && { tags: [...tags] }),
  };
}

function resume({ allowed, reason }: Answered, hearing: Hearing, bench: Bench): Settled | Promise<Settled> {
  const { decisions, risk } = hearing;
  decisions.push({ by: 'person', verdict: allowed ? 'pass' : 'block', reason });
  return allowed ? hear(hearing, bench) : { kind: 'block', reason, decisions, risk };
}

function ask(judge: Judge, { message, risk }: Hearing, { facts, asked }: Bench): Answer | Promise<Answer> {
  const answers = message.kind === 'response' && message.rpc ? asked(message.rpc) : undefined;
  const context = new Deadline(facts, answers, risk);
  try {
    const verdict = judge.judge(message, context);
    return verdict instanceof Promise ? inTime(verdict, judge, context) : checked(verdict);
  } catch (error) {
    return unjudged(error);
  }
}

function inTime(verdict: Promise<Verdict>, judge: Judge, context: Deadline): Promise<Answer> {
  const ms = judge.deadlineMs ?? deadlineMsDefault;
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      context.abort();
      resolve({ kind: 'unjudged', reason: `no verdict within ${ms} ms` });
    }, ms);
    const settled = (answer: Answer) => {
      clearTimeout(timer);
      resolve(answer);
    };
    verdict.then(checked, unjudged).then(settled);
  });
}

/** Filters come from others too: what they answer is checked where it comes in. */
function checked(verdict: unknown): Answer {
  const { kind, reason, rpc } = (verdict ?? {}) as { kind?: unknown; reason?: unknown; rpc?: unknown };
  const told = typeof reason === 'string';
  const good =
    (kind === 'pass' && (told || reason === undefined)) ||
    ((kind === 'block' || kind === 'ask') && told) ||
    (kind === 'replace' && told && areMessages(rpc));
  return good ? (verdict as Verdict) : { kind: 'unjudged', reason: 'answered something that is no verdict' };
}

/** What goes on instead has to be a message too, or several: the judges after it would see nothing in it. */
function areMessages(rpc: unknown): boolean {
  return Array.isArray(rpc) ? rpc.length > 0 && rpc.every((one) => kindOf(one)) : kindOf(rpc) !== undefined;
}

function unjudged(error: unknown): Answer {
  return { kind: 'unjudged', reason: `failed: ${error instanceof Error ? error.message : String(error)}` };
}

/** The context of one hearing. Its signal is made when it is asked for: most judges never do, and it costs a microsecond. */
class Deadline implements Context {
  readonly run: string;
  readonly session: string;
  readonly server: string;
  readonly asked: Asked | undefined;
  readonly risk: Assessment | undefined;
  #controller: AbortController | undefined;
  #over = false;

  constructor({ run, session, server }: Facts, asked: Asked | undefined, risk: Assessment | undefined) {
    this.run = run;
    this.session = session;
    this.server = server;
    this.asked = asked;
    this.risk = risk;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#over) this.#controller.abort();
    return this.#controller.signal;
  }

  abort(): void {
    this.#over = true;
    this.#controller?.abort();
  }
}
