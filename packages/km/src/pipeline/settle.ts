import type { Message, Rpc } from '../message/message.ts';
import type { Context, Decision, Filter, Verdict } from './filter.ts';

/** A filter that judges. */
export type Judge = Filter & Required<Pick<Filter, 'judge'>>;

/** What the judges made of one message. */
export type Settled =
  | { readonly kind: 'pass'; readonly decisions: readonly Decision[] }
  | { readonly kind: 'change'; readonly rpc: Rpc | readonly Rpc[]; readonly decisions: readonly Decision[] }
  | { readonly kind: 'block'; readonly reason: string; readonly decisions: readonly Decision[] };

/** Everything a message is put before. */
export interface Bench {
  readonly judges: readonly Judge[];
  readonly facts: Omit<Context, 'signal'>;
  /** The message with other content, for the judges after one that replaced it. */
  readonly rewrite: (message: Message, rpc: Rpc | readonly Rpc[]) => Message;
  /** Method of the request that a response answers. */
  readonly methodAsked: (response: Rpc) => string | undefined;
}

/** A judge that failed has not judged; its `onFailure` decides. */
type Answer = Verdict | { readonly kind: 'unjudged'; readonly reason: string };

interface Hearing {
  message: Message;
  changed: Rpc | readonly Rpc[] | undefined;
  readonly decisions: Decision[];
  next: number;
}

const deadlineMsDefault = 5_000;

export function judgesOf(filters: readonly Filter[]): readonly Judge[] {
  return filters.filter((filter): filter is Judge => filter.judge !== undefined);
}

/** Where a judge must not be passed by, a line that cannot be judged is refused. */
export function enforces(judges: readonly Judge[]): boolean {
  return judges.some((judge) => judge.onFailure === 'block');
}

/**
 * Puts a message before the judges, in list order: each sees what those before it left, and the first that blocks ends it.
 *
 * Judges that answer at once cost no `await`. One that throws, answers nonsense or misses its deadline has not judged: that
 * is on record as `unjudged`, and its `onFailure` decides.
 */
export function settle(message: Message, bench: Bench): Settled | Promise<Settled> {
  return hear({ message, changed: undefined, decisions: [], next: 0 }, bench);
}

function hear(hearing: Hearing, bench: Bench): Settled | Promise<Settled> {
  while (hearing.next < bench.judges.length) {
    const judge = bench.judges[hearing.next++] as Judge;
    const { message } = hearing;
    if (judge.wants?.(message.kind, message.dir) === false) continue;
    const answer = ask(judge, message, bench.facts);
    if (answer instanceof Promise) {
      return answer.then((late) => apply(late, judge, hearing, bench) ?? hear(hearing, bench));
    }
    const blocked = apply(answer, judge, hearing, bench);
    if (blocked) return blocked;
  }
  const { changed, decisions } = hearing;
  return changed ? { kind: 'change', rpc: changed, decisions } : { kind: 'pass', decisions };
}

/** Notes the answer; what it ends with when the judge refuses. */
function apply(answer: Answer, judge: Judge, hearing: Hearing, bench: Bench): Settled | undefined {
  const { decisions } = hearing;
  if (answer.kind !== 'pass' || answer.reason !== undefined) {
    const reason = answer.reason === undefined ? {} : { reason: answer.reason };
    decisions.push({ by: judge.name, verdict: answer.kind, ...reason });
  }
  if (answer.kind === 'replace') {
    hearing.changed = answer.rpc;
    hearing.message = bench.rewrite(hearing.message, answer.rpc);
  }
  if (answer.kind === 'block') return { kind: 'block', reason: answer.reason, decisions };
  if (answer.kind !== 'unjudged' || judge.onFailure === 'pass') return undefined;
  return { kind: 'block', reason: `The filter ${judge.name} could not judge this message.`, decisions };
}

function ask(judge: Judge, message: Message, facts: Bench['facts']): Answer | Promise<Answer> {
  const context = new Deadline(facts);
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
  if (kind === 'pass') return typeof reason === 'string' ? { kind, reason } : { kind };
  if (kind === 'block' && typeof reason === 'string') return { kind, reason };
  if (kind === 'replace' && typeof reason === 'string' && typeof rpc === 'object' && rpc !== null) {
    return { kind, reason, rpc: rpc as Rpc };
  }
  return { kind: 'unjudged', reason: 'answered something that is no verdict' };
}

function unjudged(error: unknown): Answer {
  return { kind: 'unjudged', reason: `failed: ${error instanceof Error ? error.message : String(error)}` };
}

/** The context of one hearing. Its signal is made when it is asked for: most judges never do, and it costs a microsecond. */
class Deadline implements Context {
  readonly run: string;
  readonly session: string;
  readonly server: string;
  #controller: AbortController | undefined;
  #over = false;

  constructor({ run, session, server }: Bench['facts']) {
    this.run = run;
    this.session = session;
    this.server = server;
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
