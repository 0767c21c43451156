import type { LogRecord } from '@kilometers/core/record.ts';
import type { Redactor } from '@kilometers/core/redact.ts';
import type { Draft } from '../message/draft.ts';
import type { KeyedSeal } from './keyed-seal.ts';

/** The log as the proxy sees it: takes drafts, never throws, never waits. */
export interface LogWriter {
  append(draft: Draft): void;
  /** Adds to what the run's `session` records say, and writes one. They are repeated at the head of each segment. */
  describe(facts: SessionFacts): void;
  /**
   * Undefined while there is room. Otherwise a promise that ends when there is room again, or when it is clear that there
   * will be none soon (250 ms without a completed write): traffic goes on in either case.
   */
  pressure(): Promise<void> | undefined;
  /**
   * From now on the `end` of the run is sealed, and the `session` record that is written now and at the head of each
   * segment: a run that is killed is sealed up to the last of them.
   */
  sealWith(seal: KeyedSeal): void;
  readonly counts: LogCounts;
  /** Writes what is queued and the `end` record. Takes 2 s at most, also when the disk hangs. */
  close(end: Pick<LogRecord, 'open' | 'exit' | 'signal'>): Promise<void>;
}

/** What retention and clearing write before they drop the beginning of a run. */
export type Trim = Required<Pick<LogRecord, 'of' | 'reason' | 'was'>> & Pick<LogRecord, 'first' | 'last'>;

export interface SessionFacts {
  readonly client?: { readonly name?: string; readonly version?: string };
  readonly info?: Readonly<Record<string, unknown>>;
}

export interface LogCounts {
  /** Records whose bytes a completed write has taken. */
  readonly written: number;
  /** Records lost; each loss is also a `gap` record once the log can be written again. */
  readonly dropped: number;
  readonly bytes: number;
}

export interface LogOptions {
  /** The current segment, usually `<data folder>/mcp_proxy.log`. */
  readonly file: string;
  readonly run: string;
  readonly session: string;
  readonly server: string;
  readonly maxSize: number;
  readonly maxFiles: number;
  /** Seconds; 0 keeps for ever. */
  readonly maxAge: number;
  /** Longest message kept whole, in bytes. A longer one is kept as the first 64 KiB of `raw`, marked `truncated`. */
  readonly maxMessage: number;
  /** What takes secrets out of records. Default: the known formats. */
  readonly redactor?: Redactor;
  /** Called once for each kind of trouble, with a sentence for the user. */
  readonly onFault: (message: string) => void;
}
