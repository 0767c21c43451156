import type { Draft } from '../message/draft.ts';
import type { Exchange } from '../message/exchange.ts';
import type { Message } from '../message/message.ts';
import type { Filter, Outcome } from '../pipeline/filter.ts';

/** Puts every message on record. Only watches: what goes wrong here can neither delay nor change a message. */
export function record(append: (draft: Draft) => void): Filter {
  return { name: 'record', onFailure: 'pass', watch: (outcome) => append(draftOf(outcome)) };
}

function draftOf(outcome: Outcome): Draft {
  const { message, exchanges, decisions, replacement } = outcome;
  return {
    kind: message.kind,
    time: message.time,
    seq: outcome.seq,
    dir: message.dir,
    bytes: message.bytes,
    outcome: outcome.outcome,
    ...(message.kind === 'batch' ? { parts: exchanges.map(partOf) } : exchanges[0] && factsOf(exchanges[0])),
    ...(decisions.length > 0 && { by: [...decisions] }),
    ...(message.kind === 'opaque' && { opaque: message.reading.opaque }),
    ...(replacement
      ? { body: { bytes: replacement, json: true }, original: bodyOf(message) }
      : { body: bodyOf(message) }),
  };
}

function bodyOf(message: Message) {
  return { bytes: message.raw, json: message.reading.json, cut: message.cut };
}

function factsOf({ method, tool, id, call, ms, waitMs, status, late, cancelled, unpaired }: Exchange) {
  return { method, tool, id, call, ms, wait_ms: waitMs, status, ...flags(late, cancelled, unpaired) };
}

function flags(late?: boolean, cancelled?: boolean, unpaired?: boolean) {
  if (!late && !cancelled && !unpaired) return undefined;
  return { ...(late && { late }), ...(cancelled && { cancelled }), ...(unpaired && { unpaired }) };
}

function partOf({ kind, method, tool, id, call, ms, status }: Exchange) {
  return {
    kind: kind as 'request' | 'response' | 'notification', // An element of a batch is one of the three.
    ...(method !== undefined && { method }),
    ...(tool !== undefined && { tool }),
    ...(id !== undefined && { id }),
    ...(call !== undefined && { call }),
    ...(ms !== undefined && { ms }),
    ...(status !== undefined && { status }),
  };
}
