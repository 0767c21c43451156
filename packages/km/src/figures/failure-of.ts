import type { Exchange } from '../message/exchange.ts';
import type { Message } from '../message/message.ts';

/** Why a call failed, in the words of OpenTelemetry. */
export interface Failure {
  readonly type: string;
  /** The JSON-RPC code, where there is one. */
  readonly code?: string;
  readonly message?: string;
}

/** What `message`, which answers `id`, says of a failure; undefined when there was none. */
export function failureOf(message: Message, id: Exchange['id'], status: Exchange['status']): Failure | undefined {
  if (status === 'tool_error') return { type: 'tool_error' };
  if (status !== 'error') return undefined;
  const rpc = message.all.find((one) => one.id === id) ?? message.rpc;
  const { code, message: text } = (rpc?.error ?? {}) as { readonly code?: unknown; readonly message?: unknown };
  const said = { ...(typeof text === 'string' && { message: text }) };
  return Number.isInteger(code) ? { type: String(code), code: String(code), ...said } : { type: '_OTHER', ...said };
}
