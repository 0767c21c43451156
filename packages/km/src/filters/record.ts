import type { Finding } from '@kilometers/core/risk/finding.ts';
import type { Body, Draft } from '../message/draft.ts';
import type { Exchange } from '../message/exchange.ts';
import type { Message } from '../message/message.ts';
import type { Filter, Outcome, OwnMessage } from '../pipeline/filter.ts';

type Part = NonNullable<Draft['parts']>[number];

/** Puts every message on record. Only watches: what goes wrong here can neither delay nor change a message. */
export function record(append: (draft: Draft) => void): Filter {
  return { name: 'record', onFailure: 'pass', watch: (outcome) => append(draftOf(outcome)) };
}

function draftOf({ message, seq, outcome, exchanges, decisions, replacement, risk }: Outcome): Draft {
  const { kind, reading } = message;
  const exchange = kind === 'batch' ? undefined : exchanges[0];
  const oddity = exchange?.oddity;
  // Written out, not spread: this runs for every message.
  return {
    kind,
    time: message.time,
    seq,
    dir: message.dir,
    method: exchange?.method,
    tool: exchange?.tool,
    id: exchange?.id,
    call: exchange?.call,
    bytes: message.bytes,
    ms: exchange?.ms,
    wait_ms: exchange?.waitMs,
    status: exchange?.status,
    late: oddity === 'late' ? true : undefined,
    cancelled: oddity === 'cancelled' ? true : undefined,
    unpaired: oddity === 'unpaired' ? true : undefined,
    via: message.origin.via,
    outcome,
    by: decisions.length > 0 ? [...decisions] : undefined,
    risk: risk?.score,
    findings: risk && risk.findings.length > 0 ? risk.findings.map(findingOf) : undefined,
    opaque: reading.opaque,
    parts: kind === 'batch' ? exchanges.map(partOf) : undefined,
    body: replacement ? { bytes: replacement, json: true, cut: false } : bodyOf(message),
    original: replacement ? bodyOf(message) : undefined,
  };
}

/** Without the suggestion: what was changed is on record as such. */
function findingOf({ rule, owasp, weight, reason, evidence, at }: Finding) {
  return { rule, owasp, weight, reason, evidence, at: { ...at } };
}

/** What km itself said, to be kept. */
export function draftOfOwn({ message, seq, exchange }: OwnMessage): Draft {
  return {
    kind: 'decision',
    time: message.time,
    seq,
    dir: message.dir,
    method: exchange?.method,
    tool: exchange?.tool,
    id: exchange?.id,
    call: exchange?.call,
    bytes: message.bytes,
    ms: exchange?.ms,
    status: exchange?.status,
    via: message.origin.via,
    body: bodyOf(message),
  };
}

function bodyOf(message: Message): Body {
  return { bytes: message.raw, json: message.reading.json, cut: message.cut };
}

/** An element of a batch; fields without a value are left out of the record by JSON.stringify. */
function partOf({ kind, method, tool, id, call, ms, status }: Exchange): Part {
  return { kind, method, tool, id, call, ms, status } as Part; // An element of a batch is a message.
}
