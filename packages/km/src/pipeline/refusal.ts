import type { Rpc } from '../message/message.ts';

/**
 * Code of the JSON-RPC error that answers a blocked request other than a tool call. Outside −32768…−32000, which JSON-RPC
 * and MCP reserve.
 */
export const blockedCode = 4403;

/** For the model that made the call: the way around is not wanted either. */
const advice = {
  request:
    'Nothing was sent to the server. Do not try to reach the same in another way; tell the user what was refused.',
  response: 'What the server answered is withheld. Tell the user; do not act on what it may have said.',
} as const;

interface RpcError {
  readonly code: number;
  readonly message: string;
}

/**
 * What the sender of a blocked request hears in the receiver's stead; undefined for what may not be answered.
 *
 * A tool call is answered with a result, because clients hand results to the model and need not do so with errors.
 *
 * @see https://modelcontextprotocol.io/specification — server/tools, error handling
 */
export function refuse(rpc: Rpc, reason: string, error?: RpcError): Rpc | undefined {
  return answerTo(rpc, `Blocked by km: ${reason} ${advice.request}`, error);
}

function answerTo(rpc: Rpc, text: string, error?: RpcError): Rpc | undefined {
  const { id, method } = rpc;
  if (id === undefined || method === undefined) return undefined;
  if (error) return { jsonrpc: '2.0', id, error };
  // The server goes on without an answer of the person, as it has to be able to.
  if (method === 'elicitation/create') return { jsonrpc: '2.0', id, result: { action: 'decline' } };
  if (method !== 'tools/call') return refusedWith(id, text);
  const content = [{ type: 'text', text }];
  return { jsonrpc: '2.0', id, result: { content, isError: true, ...(isModern(rpc) && { resultType: 'complete' }) } };
}

/** What goes on in place of a blocked response: whoever asked must still hear something. */
export function replaceResponse({ id, result }: Rpc, method: string | undefined, reason: string): Rpc {
  const asked: Rpc = { method: method ?? 'unknown', ...(id !== undefined && { id }) };
  const text = `Blocked by km: ${reason} ${advice.response}`;
  const refusal = answerTo(asked, text) ?? refusedWith(null, text);
  if (refusal.result === undefined || !isModernResult(result)) return refusal;
  return { ...refusal, result: { ...(refusal.result as object), resultType: 'complete' } };
}

function refusedWith(id: NonNullable<Rpc['id']> | null, message: string): Rpc {
  return { jsonrpc: '2.0', id, error: { code: blockedCode, message } };
}

function isModernResult(result: unknown): boolean {
  return (result as { resultType?: unknown } | undefined)?.resultType !== undefined;
}

/** From MCP 2026-07-28 on each request names its version in `_meta`, and each result needs a `resultType`. */
export function isModern({ params }: Rpc): boolean {
  const meta = (params as { _meta?: Record<string, unknown> } | undefined)?._meta;
  return meta?.['io.modelcontextprotocol/protocolVersion'] !== undefined;
}
