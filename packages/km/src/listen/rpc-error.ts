import type { RpcId } from '../message/message.ts';

/** Codes of JSON-RPC and of MCP that km answers with itself. */
export const codes = {
  parse: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  headerMismatch: -32020,
  missingCapability: -32021,
  unsupportedVersion: -32022,
} as const;

/** An answer that km gives itself: an HTTP status, and a JSON-RPC error for those who read bodies. */
export interface Refusal {
  readonly status: number;
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
  readonly id?: RpcId;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A JSON-RPC error as text. Where it answers no request in particular, as at a wrong token, it has no id. */
export function errorText({ code, message, data, id }: Omit<Refusal, 'status' | 'headers'>): string {
  const error = { code, message, ...(data !== undefined && { data }) };
  return JSON.stringify({ jsonrpc: '2.0', ...(id !== undefined && id !== null && { id }), error });
}
