import type { LogRecord } from '@kilometers/core/record.ts';
import type { Direction, MessageKind, RpcId } from './message.ts';

/** What one message did to the exchange it belongs to. */
export interface Exchange {
  readonly kind: MessageKind;
  readonly dir: Direction;
  readonly id: RpcId | undefined;
  /** `seq` of the request that opened the call. */
  readonly call: number | undefined;
  /** Method of the message; on a response, that of its request. */
  readonly method: string | undefined;
  /** Tool, prompt or resource that the call names. */
  readonly tool: string | undefined;
  /** On a response: milliseconds since the call began, without `waitMs`. */
  readonly ms?: number;
  /** On a response: milliseconds that the call spent waiting for a human. */
  readonly waitMs?: number;
  readonly status?: LogRecord['status'];
  /** The response came after `proxy.timeout`. */
  readonly late?: boolean;
  /** The response came although the request had been cancelled. */
  readonly cancelled?: boolean;
  /** A response to no request that was seen. */
  readonly unpaired?: boolean;
}
