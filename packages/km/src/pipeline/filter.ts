import type { LogRecord } from '@kilometers/core/record.ts';
import type { Assessment } from '@kilometers/core/risk/finding.ts';
import type { Exchange } from '../message/exchange.ts';
import type { Direction, Message, MessageKind, Rpc } from '../message/message.ts';

/**
 * Something that judges or watches messages: the one interface for what ships with km and for what others write.
 *
 * A filter with `judge` holds a message until it has spoken; one with only `watch` sees it after it has been forwarded
 * and can neither delay nor stop it.
 */
export interface Filter {
  /** How the filter is called in records. */
  readonly name: string;
  /** What becomes of a message when `judge` throws, answers nonsense or misses its deadline. No default: its author decides. */
  readonly onFailure: 'pass' | 'block';
  /**
   * Whether it may stop messages. Where one does, a line that cannot be judged is refused: else it would be the way around.
   * Default: where `onFailure` is `block`.
   */
  readonly enforces?: boolean;
  /** Longest time `judge` may take, in milliseconds. Default 5,000. */
  readonly deadlineMs?: number;
  /** What it must see before it is forwarded. Default: everything, both ways. */
  wants?(kind: MessageKind, dir: Direction): boolean;
  judge?(message: Message, context: Context): Verdict | Promise<Verdict>;
  /** Called after the message was dealt with. May not change anything; what it throws is reported and counted. */
  watch?(outcome: Outcome, context: Context): void;
  close?(): void | Promise<void>;
}

/** What a filter says about a message. A value, so that nothing can be forgotten: a response may never come. */
export type Verdict = (
  | { readonly kind: 'pass'; readonly reason?: string }
  | { readonly kind: 'replace'; readonly rpc: Rpc | readonly Rpc[]; readonly reason: string }
  | {
      readonly kind: 'block';
      readonly reason: string;
      /** Answers a blocked request with this error, where the usual answer would say too much. */
      readonly error?: { readonly code: number; readonly message: string };
    }
  /** A person is to say whether the message goes on; where none can be asked, it is stopped. */
  | { readonly kind: 'ask'; readonly reason: string }
) & {
  /** What risk analysis made of the message: goes on record whatever the verdict. */
  readonly risk?: Assessment;
  /** The rule of a policy that decided, and the words it puts on the message. */
  readonly rule?: string;
  readonly tags?: readonly string[];
};

export const pass: Verdict = { kind: 'pass' };

/** Refuses the message. A request is answered in the server's stead with `reason`, which a model may read. */
export function block(reason: string): Verdict {
  return { kind: 'block', reason };
}

/** Forwards `rpc` instead; both versions are on record. */
export function replace(rpc: Rpc | readonly Rpc[], reason: string): Verdict {
  return { kind: 'replace', rpc, reason };
}

/** What a filter knows beside the message. */
export interface Context {
  /** UUIDv7 of this run of km. */
  readonly run: string;
  /** Label of the session; may repeat over runs. */
  readonly session: string;
  /** How the server is called in records. */
  readonly server: string;
  /** On a response: the request it answers, where that is known. */
  readonly asked: Asked | undefined;
  /** What judges before this one made of the message. */
  readonly risk: Assessment | undefined;
  /** Ends when the filter's deadline has passed or the session is over. */
  readonly signal: AbortSignal;
}

/** The request behind a response. `target` is the tool, prompt or resource it named. */
export interface Asked {
  readonly method: string;
  readonly target?: string;
  /** The rules that had a person asked about it, who allowed it. */
  readonly allowed?: readonly string[];
}

export type Decision = NonNullable<LogRecord['by']>[number];

/** What became of one line. */
export interface Outcome {
  readonly message: Message;
  /** Counts what the run saw; the record's `seq`. */
  readonly seq: number;
  readonly outcome: NonNullable<LogRecord['outcome']>;
  /** What the filters said, in order; those that only passed are left out. */
  readonly decisions: readonly Decision[];
  /** What risk analysis made of the line; of a batch, of its worst element. */
  readonly risk: Assessment | undefined;
  /** What the line did to the exchanges: one entry, or one for each element of a batch. */
  readonly exchanges: readonly Exchange[];
  /** The bytes that left instead of the message's own, without newline. */
  readonly replacement: Uint8Array | undefined;
}

/** True when a filter, or a person, stopped the message; whoever sent a request was told so. */
export function isStopped({ outcome, decisions }: Pick<Outcome, 'outcome' | 'decisions'>): boolean {
  return outcome === 'blocked' || decisions.some(({ verdict }) => verdict === 'block');
}

/** A message of km's own: an answer in somebody's stead, a question to a person. */
export interface OwnMessage {
  readonly message: Message;
  readonly seq: number;
  /** What it did to the exchanges. */
  readonly exchange: Exchange | undefined;
}
