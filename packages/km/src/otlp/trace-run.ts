import { type Failure, failureOf } from '../figures/failure-of.ts';
import { type Exchange, opposite } from '../message/exchange.ts';
import { Fifo } from '../message/fifo.ts';
import { type Direction, type Message, type Rpc, type RpcId, scopedId } from '../message/message.ts';
import { type Filter, isStopped, type Outcome, type OwnMessage } from '../pipeline/filter.ts';
import { attributesOf, nanos } from './attributes.ts';
import type { Contexts, SpanPair } from './contexts.ts';
import { type Span, spanKinds, statusOf } from './span.ts';

export interface TraceParts {
  readonly facts: { readonly run: string; readonly session: string; readonly server: string };
  readonly transports: { readonly client: 'pipe' | 'tcp'; readonly server: 'pipe' | 'tcp' };
  readonly protocol: () => string | undefined;
  /** Takes secrets out of what servers and clients wrote. */
  readonly redact: (text: string) => string;
  readonly contexts: Contexts;
  readonly onSpan: (span: Span) => void;
  /** Milliseconds since the epoch, and on a clock that never goes back. */
  readonly clock: { readonly time: () => number; readonly at: () => number };
}

export interface RunTrace {
  readonly filter: Filter;
  own(own: OwnMessage): void;
  /** The session is over: what is still open will not be answered. */
  end(): void;
}

/** A request that waits for its answer. */
interface Open {
  readonly pair: SpanPair;
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | undefined>>;
  readonly dir: Direction;
  readonly time: number;
  readonly at: number;
  /** False when it was stopped: then nothing was sent on. */
  readonly sentOn: boolean;
}

const openMax = 10_000;
const textCharsMax = 500;

/**
 * Makes two spans of each exchange: one for what km received, and below it one for what it passed on. What km stops has only
 * the first. The context of the one who asked, when the message carries it, is the parent.
 *
 * @see https://github.com/open-telemetry/semantic-conventions-genai — docs/gen-ai/mcp.md
 */
export function traceRun(parts: TraceParts): RunTrace {
  const { contexts, clock } = parts;
  const open = new Fifo<string, Open>(openMax);

  function outcome(seen: Outcome): void {
    const { message, exchanges } = seen;
    const sentOn = seen.outcome === 'forwarded' || seen.outcome === 'changed';
    const stopped = isStopped(seen) ? blocked : undefined;
    for (const [index, exchange] of exchanges.entries()) {
      const rpc = message.outlines[index];
      if (exchange.kind === 'response') answered(exchange, message, stopped);
      else if (rpc !== undefined) opened(exchange, message, begin(exchange, message, rpc, sentOn));
    }
  }

  function opened({ kind, dir, id }: Exchange, message: Message, began: Open): void {
    if (kind === 'request') open.set(keyOf(dir, scoped(message, id)), began);
    else finish(began, began.at, undefined);
  }

  function begin(exchange: Exchange, message: Message, rpc: Rpc, sentOn: boolean): Open {
    const { dir, id } = exchange;
    const { time, at } = message;
    const pair = contexts.take(dir, scoped(message, id), rpc);
    return { pair, dir, time, at, sentOn, ...described(exchange, parts) };
  }

  /** @param stopped Set when km stopped what would have been the answer. */
  function answered({ dir, id, status }: Exchange, message: Message, stopped: Failure | undefined): void {
    const key = keyOf(opposite(dir), scoped(message, id));
    const request = open.get(key);
    if (request === undefined) return;
    open.delete(key);
    finish(request, message.at, stopped ?? failureOf(message, id, status));
  }

  function finish(request: Open, at: number, failure: Failure | undefined): void {
    if (!request.pair.server.sampled) return;
    for (const span of spansOf(request, at, failure, parts)) parts.onSpan(span);
  }

  return {
    filter: { name: 'traces', onFailure: 'pass', watch: outcome },
    own({ message, exchange }) {
      if (exchange?.kind === 'response') answered(exchange, message, blocked);
    },
    end() {
      const at = clock.at();
      for (const request of open.values()) finish(request, at, { type: 'unanswered' });
    },
  };
}

const blocked: Failure = { type: 'blocked', message: 'Stopped by km.' };

/** Where several clients share a run, ids are unique to each. */
function scoped({ origin }: Message, id: Exchange['id']): RpcId | undefined {
  return id === undefined ? undefined : scopedId(id, origin.scope);
}

function keyOf(dir: Direction, id: RpcId | undefined): string {
  return `${dir} ${JSON.stringify(id)}`;
}

/** What is known of a message when it comes. */
function described({ method = '', tool, id, kind }: Exchange, { facts, redact, protocol }: TraceParts) {
  const named = method === 'tools/call' || method === 'prompts/get' ? cut(tool) : undefined;
  const called = cut(method) ?? '';
  return {
    name: named === undefined ? called : `${called} ${named}`,
    attributes: {
      'mcp.method.name': called,
      'gen_ai.tool.name': method === 'tools/call' ? named : undefined,
      'gen_ai.operation.name': method === 'tools/call' ? 'execute_tool' : undefined,
      'gen_ai.prompt.name': method === 'prompts/get' ? named : undefined,
      'mcp.resource.uri': method.includes('resources/') && tool !== undefined ? cut(redact(tool)) : undefined,
      'jsonrpc.request.id': kind === 'request' && id !== null ? cut(String(id)) : undefined,
      'mcp.protocol.version': protocol(),
      'km.server': facts.server,
      'km.session': facts.session,
      'km.run': facts.run,
    },
  };
}

function spansOf(request: Open, at: number, failure: Failure | undefined, { transports, redact }: TraceParts): Span[] {
  const { pair, name, dir, sentOn } = request;
  const { parent, server, client } = pair;
  const [near, far] = dir === 'c2s' ? [transports.client, transports.server] : [transports.server, transports.client];
  const failed = { 'error.type': failure?.type, 'rpc.response.status_code': failure?.code };
  const common = {
    traceId: server.traceId,
    ...(server.state !== undefined && { traceState: server.state }),
    name,
    startTimeUnixNano: nanos(request.time),
    endTimeUnixNano: nanos(request.time + Math.max(0, at - request.at)),
    status: statusOf(
      failure && { ...failure, ...(failure.message && { message: cut(redact(failure.message)) ?? '' }) },
    ),
  };
  const attributes = (transport: string) =>
    attributesOf({ ...request.attributes, ...failed, 'network.transport': transport });
  const received: Span = {
    ...common,
    spanId: server.spanId,
    ...(parent && { parentSpanId: parent.spanId }),
    kind: spanKinds.server,
    attributes: attributes(near),
  };
  if (!sentOn) return [received];
  const sent: Span = {
    ...common,
    spanId: client.spanId,
    parentSpanId: server.spanId,
    kind: spanKinds.client,
    attributes: attributes(far),
  };
  return [received, sent];
}

function cut(text: string | undefined): string | undefined {
  return text === undefined ? undefined : Buffer.from(text.slice(0, textCharsMax)).toString();
}
