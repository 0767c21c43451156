import type { Rpc } from '../message/message.ts';

/**
 * Code of the JSON-RPC error that answers a blocked request other than a tool call. Outside −32768…−32000, which JSON-RPC
 * and MCP reserve.
 */
export const blockedCode = 4403;

/**
 * What the sender of a blocked request hears in the receiver's stead; undefined for what may not be answered.
 *
 * A tool call is answered with a result, because clients hand results to the model and need not do so with errors.
 *
 * @see https://modelcontextprotocol.io/specification — server/tools, error handling
 */
export function refuse(rpc: Rpc, reason: string): Rpc | undefined {
  const { id, method } = rpc;
  if (id === undefined || method === undefined) return undefined;
  const text = `Blocked by km: ${reason}`;
  if (method !== 'tools/call') return refusedWith(id, text);
  const content = [{ type: 'text', text }];
  return { jsonrpc: '2.0', id, result: { content, isError: true, ...(isModern(rpc) && { resultType: 'complete' }) } };
}

/** What goes on in place of a blocked response: whoever asked must still hear something. */
export function replaceResponse({ id }: Rpc, method: string | undefined, reason: string): Rpc {
  const asked: Rpc = { method: method ?? 'unknown', ...(id !== undefined && { id }) };
  return refuse(asked, reason) ?? refusedWith(null, reason);
}

function refusedWith(id: NonNullable<Rpc['id']> | null, message: string): Rpc {
  return { jsonrpc: '2.0', id, error: { code: blockedCode, message } };
}

/** From MCP 2026-07-28 on each request names its version in `_meta`, and each result needs a `resultType`. */
function isModern({ params }: Rpc): boolean {
  const meta = (params as { _meta?: Record<string, unknown> } | undefined)?._meta;
  return meta?.['io.modelcontextprotocol/protocolVersion'] !== undefined;
}
