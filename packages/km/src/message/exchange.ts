import type { LogRecord } from '@kilometers/core/record.ts';
import { Fifo } from './fifo.ts';
import { type Direction, type Message, type MessageKind, type Rpc, type RpcId, scopedId } from './message.ts';
import { kindOf } from './read-line.ts';

/** What one message did to the exchange it belongs to. */
export interface Exchange {
  readonly kind: MessageKind;
  readonly dir: Direction;
  readonly id: RpcId | undefined;
  /** `seq` of the request that opened the call. */
  readonly call: number | undefined;
  /** Method of the message; on a response, that of the call. */
  readonly method: string | undefined;
  /** Tool, prompt or resource that the call names. */
  readonly tool: string | undefined;
  /** On a response: milliseconds since the call began, without `waitMs`. */
  readonly ms: number | undefined;
  /** On a response: milliseconds that the call spent waiting for a human. */
  readonly waitMs: number | undefined;
  readonly status: NonNullable<LogRecord['status']> | undefined;
  /** What is odd about a response: it came after `proxy.timeout`, after its request was cancelled, or to no request. */
  readonly oddity: 'late' | 'cancelled' | 'unpaired' | undefined;
}

/** A call: one request with its response, or several where retries and task polls belong to it. */
interface Call {
  readonly seq: number;
  readonly method: string;
  readonly tool: string | undefined;
  /** When the part now running began; earlier parts are in `workedMs`. */
  at: number;
  workedMs: number;
  waitedMs: number;
}

interface OpenRequest {
  readonly call: Call;
  /** Set on the polls of a task. */
  readonly poll: { readonly key: string; readonly fetches: 'status' | 'result' } | undefined;
  readonly token: string | undefined;
  cancelled: boolean;
}

/** How many requests, waiting calls and tasks are remembered. By count, not time: a server could answer late to escape. */
const openMax = 10_000;

/**
 * Pairs requests with responses, both ways, and tells how long calls took.
 *
 * Keyed by direction and type as well as id: both ends count from 1, and `1` is not `"1"`. An `input_required` result and
 * its retry are one call (MCP 2026-07-28), and so are a task and its polls. Bounded: the oldest are forgotten first.
 */
export class Exchanges {
  readonly #timeoutMs: number;
  /** By the direction of the request, then by id: the number 1 and the string "1" are different keys. */
  readonly #open = { c2s: new Fifo<RpcId, OpenRequest>(openMax), s2c: new Fifo<RpcId, OpenRequest>(openMax) };
  readonly #waiting = new Fifo<string, Call>(openMax);
  readonly #tasks = new Fifo<string, Call>(openMax);
  readonly #tokens = new Fifo<string, Call>(openMax);

  /** @param timeoutMs After this a response counts as late (`proxy.timeout`). Nothing is ever cancelled. */
  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** Requests of one direction that still wait for their response, cancelled ones left out. */
  openCount(dir: Direction): number {
    let count = 0;
    for (const request of this.#open[dir].values()) if (!request.cancelled) count++;
    return count;
  }

  /** The open request that this response, coming in `dir`, answers: its method, and the tool, prompt or resource it named. */
  asked({ id }: Rpc, dir: Direction, scope = ''): { readonly method: string; readonly target?: string } | undefined {
    const call = id === undefined ? undefined : this.#open[opposite(dir)].get(scopedId(id, scope))?.call;
    return call && { method: call.method, ...(call.tool !== undefined && { target: call.tool }) };
  }

  /** Notes a message: one entry, or one for each element of a batch; none for a line that is no message. */
  track(message: Message, seq: number): readonly Exchange[] {
    const { kind, outlines } = message;
    if (kind !== 'batch') return outlines.map((rpc) => this.#note(rpc, kind, message, seq));
    return outlines.map((rpc) => this.#note(rpc, kindOf(rpc) ?? 'opaque', message, seq));
  }

  #note(rpc: Rpc, kind: MessageKind, message: Message, seq: number): Exchange {
    if (kind === 'request') return this.#request(rpc, message, seq);
    if (kind === 'response') return this.#response(rpc, message);
    return this.#notification(rpc, message);
  }

  #request(rpc: Rpc, { dir, at, origin: { scope } }: Message, seq: number): Exchange {
    const method = rpc.method as string;
    const params = fields(rpc.params);
    const tool = targetOf(method, params);
    const id = rpc.id as RpcId;
    const taskKey = method.startsWith('tasks/') ? `${dir}${String(params.taskId)}` : '';
    const task = taskKey === '' ? undefined : this.#tasks.get(taskKey);
    const call = task ?? this.#resumed(dir, method, params, at) ?? { seq, method, tool, at, workedMs: 0, waitedMs: 0 };
    const token = this.#noteToken(dir, scope, params, call);
    const poll = task && {
      key: taskKey,
      fetches: method === 'tasks/result' ? ('result' as const) : ('status' as const),
    };
    this.#open[dir].set(scopedId(id, scope), { call, token, cancelled: false, poll });
    return plain('request', dir, id, call, method);
  }

  /** The call that a retry goes on with: it carries the `requestState` that the `input_required` result gave. */
  #resumed(dir: Direction, method: string, params: Fields, at: number): Call | undefined {
    if (params.requestState === undefined && params.inputResponses === undefined) return undefined;
    const key = stateKey(dir, method, params.requestState);
    const call = this.#waiting.get(key);
    if (!call) return undefined;
    this.#waiting.delete(key);
    call.waitedMs += at - call.at;
    call.at = at;
    return call;
  }

  #noteToken(dir: Direction, scope: string, params: Fields, call: Call): string | undefined {
    const progress = fields(params._meta).progressToken;
    if (typeof progress !== 'string' && typeof progress !== 'number') return undefined;
    const token = keyOf(dir, scopedId(progress, scope));
    this.#tokens.set(token, call);
    return token;
  }

  #response(rpc: Rpc, { dir, at, origin: { scope } }: Message): Exchange {
    const asked = opposite(dir);
    const id = rpc.id as RpcId;
    const key = scopedId(id, scope);
    const request = this.#open[asked].get(key);
    const status = statusOf(rpc);
    if (!request) return { ...plain('response', dir, id, undefined), status, oddity: 'unpaired' };
    this.#open[asked].delete(key);
    if (request.token !== undefined) this.#tokens.delete(request.token);
    const { call } = request;
    const ms = call.workedMs + (at - call.at);
    const waitMs = call.waitedMs > 0 ? call.waitedMs : undefined;
    const late = ms > this.#timeoutMs ? 'late' : undefined;
    // Written out, not spread: this runs for every message.
    return {
      kind: 'response',
      dir,
      id,
      call: call.seq,
      method: call.method,
      tool: call.tool,
      ms,
      waitMs,
      status: this.#settleCall(request, rpc, status, asked, at),
      oddity: request.cancelled ? 'cancelled' : late,
    };
  }

  /** Keeps the call where the response does not end it; how it stands now. */
  #settleCall(request: OpenRequest, rpc: Rpc, status: Status, asked: Direction, at: number): Status {
    const { call, poll } = request;
    const result = fields(rpc.result);
    if (status === 'input_required') {
      call.workedMs += at - call.at;
      call.at = at;
      this.#waiting.set(stateKey(asked, call.method, result.requestState), call);
    } else if (status === 'task') {
      this.#tasks.set(`${asked}${taskId(result)}`, call);
    } else if (poll) {
      if (poll.fetches === 'status' && !endsTask(result)) return 'task';
      this.#tasks.delete(poll.key);
    }
    return status;
  }

  #notification(rpc: Rpc, { dir, origin: { scope } }: Message): Exchange {
    const method = rpc.method as string;
    const call = this.#callMeant(method, fields(rpc.params), dir, scope);
    return plain('notification', dir, undefined, call, method);
  }

  #callMeant(method: string | undefined, params: Fields, dir: Direction, scope: string): Call | undefined {
    if (method === 'notifications/cancelled') {
      // An end cancels its own requests, so the id is one of its own.
      const request = this.#open[dir].get(scopedId(params.requestId as RpcId, scope));
      if (request) request.cancelled = true;
      return request?.call;
    }
    if (method !== 'notifications/progress') return undefined;
    return this.#tokens.get(keyOf(opposite(dir), scopedId(params.progressToken as RpcId, scope)));
  }
}

/** What is known of a message that is no answer. */
function plain(
  kind: MessageKind,
  dir: Direction,
  id: RpcId | undefined,
  call: Call | undefined,
  method?: string,
): Exchange {
  return {
    kind,
    dir,
    id,
    call: call?.seq,
    method,
    tool: call?.tool,
    ms: undefined,
    waitMs: undefined,
    status: undefined,
    oddity: undefined,
  };
}

type Status = NonNullable<LogRecord['status']>;
type Fields = Readonly<Record<string, unknown>>;
const noFields: Fields = {};

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : noFields;
}

export function opposite(dir: Direction): Direction {
  return dir === 'c2s' ? 's2c' : 'c2s';
}

function keyOf(dir: Direction, id: RpcId): string {
  return typeof id === 'string' ? `${dir}"${id}` : `${dir}${id}`;
}

function stateKey(dir: Direction, method: string, state: unknown): string {
  return state === undefined
    ? `${dir} ${method}`
    : `${dir}${typeof state === 'string' ? state : JSON.stringify(state)}`;
}

function targetOf(method: string, params: Fields): string | undefined {
  const ref = method === 'completion/complete' ? fields(params.ref) : params;
  const target = ref.name ?? ref.uri;
  return typeof target === 'string' ? target : undefined;
}

function statusOf({ result, error }: Rpc): Status {
  if (error !== undefined && error !== null) return 'error';
  const outcome = fields(result);
  if (outcome.isError === true) return 'tool_error';
  if (outcome.resultType === 'input_required') return 'input_required';
  return taskId(outcome) === undefined ? 'ok' : 'task';
}

/** Id of the task that a result hands out instead of an answer: MCP 2025-11-25, and the tasks extension of 2026-07-28. */
function taskId(result: Fields): string | undefined {
  const id = fields(result.task).taskId ?? (result.resultType === 'task' ? result.taskId : undefined);
  return typeof id === 'string' ? id : undefined;
}

/** With the extension the status that ends a task brings its result; before, `tasks/result` fetches it. */
function endsTask(result: Fields): boolean {
  return result.status === 'cancelled' || result.result !== undefined || result.error !== undefined;
}
