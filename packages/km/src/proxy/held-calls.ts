import { randomUUID } from 'node:crypto';
import type { Rpc } from '../message/message.ts';
import { isModern } from '../pipeline/refusal.ts';
import type { Ruling } from '../pipeline/rule.ts';
import type { Answered } from '../pipeline/settle.ts';
import { answerOf, inputRequest, offersElicitation } from './asker.ts';

/** How many calls may wait for their retry; the oldest are forgotten first. */
const heldMax = 1_000;

/** What km's own `requestState` begins with. */
const prefix = 'km-ask:';

/** Under what name km asks among the `inputRequests`. */
const inputName = 'km';

interface Held {
  readonly rpc: Rpc;
  readonly resume: (answer: Answered) => Ruling | Promise<Ruling>;
  readonly until: number;
}

type Params = Readonly<Record<string, unknown>>;

/**
 * Calls that wait for a person, in MCP 2026-07-28: the call is answered with a question, and the client makes it again with
 * the answer. An answer holds for exactly the call that it was asked for: same method, same parameters, once.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28 — multi round-trip requests
 */
export class HeldCalls {
  readonly #held = new Map<string, Held>();
  readonly #timeoutMs: number;
  readonly #now: () => number;

  constructor(timeoutMs: number, now: () => number) {
    this.#timeoutMs = timeoutMs;
    this.#now = now;
  }

  /** True while a call is held. */
  get waiting(): boolean {
    return this.#held.size > 0;
  }

  /** True when a call can be answered with a question: a revision that has it, a method that may, a client that offers it. */
  canAsk({ method, params }: Rpc): boolean {
    if (!isModern({ params }) || !['tools/call', 'prompts/get', 'resources/read'].includes(method ?? '')) return false;
    const meta = (params as Params)._meta as Params;
    return offersElicitation(meta['io.modelcontextprotocol/clientCapabilities']);
  }

  /** Holds a call. @returns What answers it: the question. */
  ask(rpc: Rpc, text: string, resume: Held['resume']): Rpc {
    const state = `${prefix}${randomUUID()}`;
    this.#held.set(state, { rpc, resume, until: this.#now() + this.#timeoutMs });
    if (this.#held.size > heldMax) this.#held.delete(this.#held.keys().next().value ?? '');
    const result = {
      resultType: 'input_required',
      inputRequests: { [inputName]: inputRequest(text) },
      requestState: state,
    };
    return { jsonrpc: '2.0', ...(rpc.id !== undefined && { id: rpc.id }), result };
  }

  /** What is to be done with a retry of a call that was held; undefined for any other message. */
  retry(rpc: Rpc): Promise<Ruling> | undefined {
    const { requestState, inputResponses, ...rest } = (rpc.params ?? {}) as Params;
    if (rpc.method === undefined || typeof requestState !== 'string' || !requestState.startsWith(prefix))
      return undefined;
    const held = this.#held.get(requestState);
    this.#held.delete(requestState);
    if (!held) return Promise.resolve(refusal(rpc, 'The question is not open any more.'));
    return this.#decide(rpc, rest, held, answerOf((inputResponses as Params | undefined)?.[inputName]));
  }

  async #decide(rpc: Rpc, params: Params, held: Held, answer: Answered): Promise<Ruling> {
    const same = rpc.method === held.rpc.method && canonical(params) === canonical(withoutState(held.rpc.params));
    const ruling = await held.resume(same && this.#now() < held.until ? answer : notThat(same));
    return withId(ruling, held.rpc, rpc);
  }
}

function notThat(same: boolean): Answered {
  return {
    allowed: false,
    reason: same ? 'Nobody answered in time.' : 'The call is not the one that somebody was asked about.',
  };
}

/** The call that was held goes on under the id of its retry: the client waits for that one. */
function withId(ruling: Ruling, held: Rpc, { id }: Rpc): Ruling {
  const own = id === undefined ? {} : { id };
  const as = (rpc: Rpc): Rpc => ({ ...rpc, ...own });
  const { forward } = ruling;
  if (forward === 'as-is') return { ...ruling, forward: as(held) };
  if (forward === undefined) return { ...ruling, answers: ruling.answers.map(as) };
  return { ...ruling, forward: Array.isArray(forward) ? forward.map(as) : as(forward as Rpc) };
}

function refusal({ id }: Rpc, reason: string): Ruling {
  const text = `Blocked by km: ${reason}`;
  const result = { content: [{ type: 'text', text }], isError: true, resultType: 'complete' };
  const answers = id === undefined ? [] : [{ jsonrpc: '2.0', id, result }];
  return { forward: undefined, answers, decisions: [{ by: 'km', verdict: 'block', reason }], risk: undefined };
}

function withoutState(params: unknown): Params {
  const { requestState: _, inputResponses: __, ...rest } = params as Params;
  return rest;
}

/** The same text for the same parameters, whatever the order of their keys. What the client says of itself may differ. */
function canonical({ _meta, ...params }: Params): string {
  return JSON.stringify(params, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}
