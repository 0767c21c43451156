import type { TelemetryEvent } from '@kilometers/core/api/events.ts';
import type { Redactor } from '@kilometers/core/redact.ts';
import type { Draft } from '../message/draft.ts';
import { Fifo } from '../message/fifo.ts';
import { keptContent, writeEvent } from './write-event.ts';

/** What is the same in all events of a run. */
export interface EventFacts {
  readonly run: string;
  readonly session: string;
  readonly server: string;
  /** Version of km. */
  readonly km: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Who talks, as far as the traffic has told. */
export interface KnownEnds {
  readonly client?: { readonly name?: string; readonly version?: string };
  readonly protocol?: string;
}

export interface EventMakerOptions {
  readonly facts: EventFacts;
  readonly redactor: Redactor;
  /** `telemetry.include_content`: puts the redacted messages of an exchange into its event. */
  readonly includeContent: boolean;
  /** Takes an event, as JSON on one line. */
  readonly emit: (json: string) => void;
}

type Findings = NonNullable<Draft['findings']>;

/** A call that has not ended. */
interface OpenCall {
  readonly id: string;
  readonly time: number;
  readonly dir: Draft['dir'];
  readonly method: string | undefined;
  readonly tool: string | undefined;
  readonly outcome: Draft['outcome'];
  readonly risk: number | undefined;
  readonly findings: Findings;
  bytesIn: number;
  bytesOut: number;
  /** Redacted JSON. */
  readonly content: string | undefined;
}

/** What a response, or an element of a batch of them, says of its call. */
type Answer = Pick<Draft, 'method' | 'tool' | 'id' | 'call' | 'ms' | 'wait_ms' | 'status' | 'cancelled'>;

/** As many as exchanges are remembered. */
const openMax = 10_000;
/** What requests may hold in memory for their events; the events of those beyond it go without content. */
const contentCharsMax = 8 * 1024 * 1024;

/**
 * Makes events of what goes on record: one for each call that ended, one for each message on which a filter had something to
 * say, and samples of resources. A record that is read back from the log makes the same events as the draft it was made of.
 */
export class EventMaker {
  readonly #options: EventMakerOptions;
  readonly #open = new Fifo<string, OpenCall>(openMax);
  #ends: KnownEnds = {};
  #customs = 0;
  #contentChars = 0;

  constructor(options: EventMakerOptions) {
    this.#options = options;
  }

  learnt(ends: KnownEnds): void {
    this.#ends = { ...this.#ends, ...ends };
  }

  see(draft: Draft): void {
    if (draft.by !== undefined && draft.by.length > 0) this.#decision(draft);
    if (draft.kind === 'request') this.#request(draft);
    else if (draft.kind === 'response') this.#answered(draft, draft, draft.bytes);
    else if (draft.kind === 'notification') this.#notification(draft);
    else if (draft.kind === 'batch') this.#batch(draft);
    else if (draft.kind === 'resources') this.#resources(draft);
  }

  /** An event of a filter's own. */
  custom(by: string, name: string, fields: Readonly<Record<string, unknown>>, time: number): void {
    this.#customs += 1;
    this.#emit(`c${this.#customs}`, 'custom', time, { name: `${by}.${name}`, fields });
  }

  /** The run is over: what was not answered will not be. */
  end(time: number, fields: Readonly<Record<string, unknown>>): void {
    for (const call of this.#open.values()) this.#exchange(call, { status: 'unanswered' });
    this.#emit('session', 'session', time, { fields });
  }

  #request(draft: Draft): void {
    const { call, seq, outcome } = draft;
    if (call !== seq) {
      // A retry, or a poll of a task: the call it belongs to goes on.
      const goesOn = this.#open.get(`${call}`);
      if (goesOn) goesOn.bytesIn += draft.bytes ?? 0;
      return;
    }
    const opened = this.#opened(draft, draft, `${seq}`);
    if (outcome === 'forwarded' || outcome === 'changed') {
      this.#open.set(`${seq}`, opened);
      this.#contentChars += opened.content?.length ?? 0;
    } else this.#exchange(opened, { status: 'error' }); // Whoever sent it was answered by km.
  }

  #opened(draft: Draft, { method, tool }: Pick<Draft, 'method' | 'tool'>, id: string): OpenCall {
    const { time, dir, outcome, risk, findings = [], bytes = 0 } = draft;
    const content = this.#contentOf(draft);
    return { id, time, dir, method, tool, outcome, risk, findings, bytesIn: bytes, bytesOut: 0, content };
  }

  #batch(draft: Draft): void {
    const parts = draft.parts ?? [];
    for (const [index, part] of parts.entries()) {
      if (part.kind === 'request') {
        const { body: _, bytes, ...rest } = draft;
        const id = `${draft.seq}.${index}`;
        // The bytes count once, with the first.
        this.#open.set(partKey(part), this.#opened({ ...rest, bytes: index === 0 ? bytes : 0 }, part, id));
      } else if (part.kind === 'response') this.#answered(draft, part, index === 0 ? draft.bytes : 0);
    }
  }

  #answered(draft: Draft, answer: Answer, bytes = 0): void {
    if (answer.call === undefined) return; // To no request that km saw.
    const key = this.#open.get(`${answer.call}`) ? `${answer.call}` : partKey(answer);
    const call = this.#open.get(key);
    if (call) call.bytesOut += bytes;
    if (answer.status === 'input_required' || answer.status === 'task') return;
    // Cancelled and told already, or opened before there was anybody to tell.
    if (call === undefined) return;
    this.#close(key, call);
    const content = this.#contentOf(draft);
    this.#exchange(call, { ...answer, status: answer.cancelled ? 'cancelled' : answer.status }, draft, content);
  }

  #notification({ method, call }: Draft): void {
    const key = `${call}`;
    const cancelled = method === 'notifications/cancelled' ? this.#open.get(key) : undefined;
    if (cancelled === undefined) return;
    this.#close(key, cancelled);
    this.#exchange(cancelled, { status: 'cancelled' });
  }

  #close(key: string, { content }: OpenCall): void {
    this.#open.delete(key);
    this.#contentChars -= content?.length ?? 0;
  }

  #exchange(
    call: OpenCall,
    end: Omit<Answer, 'status'> & { status?: string | undefined },
    answer?: Draft,
    said?: string,
  ) {
    const { id, time, dir, method, tool, bytesIn, bytesOut, content } = call;
    const risks = [call.risk, answer?.risk].filter((risk) => risk !== undefined);
    this.#emit(
      id,
      'exchange',
      time,
      {
        dir,
        method,
        tool,
        ms: end.ms,
        wait_ms: end.wait_ms,
        bytes_in: bytesIn,
        bytes_out: bytesOut,
        status: end.status,
        outcome: worse(call.outcome, answer?.outcome),
        risk: risks.length > 0 ? Math.max(...risks) : undefined,
        findings: findingsOf([...call.findings, ...(answer?.findings ?? [])]),
      },
      { request: content, response: said },
    );
  }

  /** Findings stand in the event of the exchange, where the message belongs to one: so they are counted once. */
  #decision({ seq, time, kind, dir, method, tool, outcome, by = [], risk, findings = [], call }: Draft): void {
    const told = (kind === 'request' || kind === 'response') && call !== undefined;
    this.#emit(`${seq}.decision`, 'decision', time, {
      ...{ dir, method, tool, outcome, risk },
      by: by.map(({ by: name, verdict, reason }) => ({ by: name, verdict, reason })),
      findings: told ? undefined : findingsOf(findings),
    });
  }

  #resources({ seq, time, km, child }: Draft): void {
    this.#emit(`${seq}`, 'resources', time, { fields: { km, child } });
  }

  #contentOf({ body }: Draft): string | undefined {
    const { includeContent, redactor } = this.#options;
    if (!includeContent || body === undefined || this.#contentChars > contentCharsMax) return undefined;
    return keptContent(body, redactor);
  }

  #emit(
    id: string,
    kind: TelemetryEvent['kind'],
    time: number,
    fields: Partial<TelemetryEvent>,
    content?: { readonly request: string | undefined; readonly response: string | undefined },
  ): void {
    const { facts, redactor, emit } = this.#options;
    const { run, session, server, tags, km } = facts;
    const event = {
      id: `${run}:${id}`,
      kind,
      ts: new Date(time).toISOString(),
      ...{ run, session, server, client: this.#ends.client, protocol: this.#ends.protocol },
      ...fields,
      ...(Object.keys(tags).length > 0 && { tags }),
      km,
    };
    emit(writeEvent(event, content, redactor));
  }
}

/** Elements of a batch share the number of its line, so their ids tell them apart. */
function partKey({ call, id }: Pick<Draft, 'call' | 'id'>): string {
  return `${call} ${JSON.stringify(id)}`;
}

const byGravity = ['blocked', 'answered', 'undelivered', 'changed'] as const;

function worse(request: Draft['outcome'], response: Draft['outcome']): Draft['outcome'] {
  return byGravity.find((outcome) => outcome === request || outcome === response) ?? request;
}

function findingsOf(findings: Findings): TelemetryEvent['findings'] {
  if (findings.length === 0) return undefined;
  return findings.map(({ rule, owasp, weight, reason }) => ({ rule, owasp, weight, reason }));
}
