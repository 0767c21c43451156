import { Histogram } from '../histogram.ts';
import type { Exchange } from '../message/exchange.ts';
import { isStopped, type Outcome } from '../pipeline/filter.ts';

/** What went by so far. */
export interface Tally {
  requests: number;
  responses: number;
  notifications: number;
  /** Lines that are no message. */
  opaque: number;
  /** Responses that carry a JSON-RPC error. */
  rpcErrors: number;
  /** Results that say `isError`. */
  toolErrors: number;
  bytesToServer: number;
  bytesToClient: number;
  blocked: number;
  changed: number;
  /** Forwarded as it came, with a remark by a filter. */
  noted: number;
  /** Milliseconds to the server's final answers. */
  readonly latency: Histogram;
}

export function emptyTally(): Tally {
  return {
    requests: 0,
    responses: 0,
    notifications: 0,
    opaque: 0,
    rpcErrors: 0,
    toolErrors: 0,
    bytesToServer: 0,
    bytesToClient: 0,
    blocked: 0,
    changed: 0,
    noted: 0,
    latency: new Histogram(),
  };
}

/** Runs for each message of every session: no allocation, nothing parsed. */
export function count(tally: Tally, seen: Outcome): void {
  const { message, outcome, decisions, exchanges } = seen;
  if (message.dir === 'c2s') tally.bytesToServer += message.bytes;
  else tally.bytesToClient += message.bytes;
  for (const exchange of exchanges) countExchange(tally, exchange);
  if (decisions.length === 0 && outcome !== 'blocked') return;
  if (isStopped(seen)) tally.blocked += 1;
  else if (outcome === 'changed') tally.changed += 1;
  else tally.noted += 1;
}

function countExchange(tally: Tally, exchange: Exchange): void {
  if (exchange.kind === 'response') countResponse(tally, exchange);
  else if (exchange.kind === 'request') tally.requests += 1;
  else if (exchange.kind === 'notification') tally.notifications += 1;
  else if (exchange.kind === 'opaque') tally.opaque += 1;
}

function countResponse(tally: Tally, { dir, ms, status }: Exchange): void {
  tally.responses += 1;
  if (status === 'error') tally.rpcErrors += 1;
  else if (status === 'tool_error') tally.toolErrors += 1;
  // What the client answers took a model or a person; a response that keeps its call open is not the answer yet.
  const final = dir === 's2c' && status !== 'input_required' && status !== 'task';
  if (final && ms !== undefined) tally.latency.add(ms);
}
