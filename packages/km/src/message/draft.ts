import type { LogRecord, OpaqueReason, RecordKind } from '@kilometers/core/record.ts';
import type { Direction, RpcId } from './message.ts';

/** What is to be kept about a message, before the log has made a record of it. Keys are those of the record. */
export interface Draft {
  readonly kind: RecordKind;
  /** Arrival, milliseconds since the epoch. */
  readonly time: number;
  readonly seq: number;
  readonly dir?: Direction | undefined;
  readonly method?: string | undefined;
  readonly tool?: string | undefined;
  readonly id?: RpcId | undefined;
  readonly call?: number | undefined;
  readonly bytes?: number | undefined;
  readonly ms?: number | undefined;
  readonly wait_ms?: number | undefined;
  readonly status?: LogRecord['status'] | undefined;
  readonly late?: boolean | undefined;
  readonly cancelled?: boolean | undefined;
  readonly unpaired?: boolean | undefined;
  /** A run: letters, digits and dashes only. */
  readonly via?: string | undefined;
  readonly outcome?: LogRecord['outcome'] | undefined;
  readonly by?: LogRecord['by'] | undefined;
  readonly risk?: LogRecord['risk'] | undefined;
  readonly findings?: LogRecord['findings'] | undefined;
  readonly opaque?: OpaqueReason | undefined;
  readonly parts?: LogRecord['parts'] | undefined;
  /** Text of a stderr line. */
  readonly text?: string | undefined;
  readonly km?: LogRecord['km'] | undefined;
  readonly child?: LogRecord['child'] | undefined;
  readonly body?: Body | undefined;
  /** On a changed message: the bytes that came. `body` then holds what left. */
  readonly original?: Body | undefined;
}

/** The bytes of a line, without its newline. May be a view into a chunk: the log copies what it keeps. */
export interface Body {
  readonly bytes: Uint8Array;
  /** True after a validating parse: valid UTF-8, exactly one JSON value, no duplicate key, not too deep. */
  readonly json: boolean;
  /** True when `bytes` is only the beginning of a longer line. */
  readonly cut?: boolean | undefined;
}
