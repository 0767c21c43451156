import type { ParamHeaders } from '../listen/param-headers.ts';
import type { Rpc } from '../message/message.ts';
import { nameSources } from '../message/name-sources.ts';
import type { Posted } from './posted.ts';

/**
 * The headers that repeat what a message of 2026-07-28 says. Made from the very line that is posted, so they fit whatever a
 * filter has changed.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/transports — Streamable HTTP, standard request headers
 */
export function messageHeaders({ method, rpc, version }: Posted, declared: ParamHeaders): Record<string, string> {
  if (version === undefined || method === undefined || rpc === undefined) return {};
  const name = nameIn(rpc, method);
  return {
    'mcp-method': headerValue(method),
    ...(name !== undefined && { 'mcp-name': headerValue(name) }),
    ...(method === 'tools/call' && Object.fromEntries(paramHeaders(rpc, declared))),
  };
}

function nameIn({ params }: Rpc, method: string): string | undefined {
  const key = nameSources[method];
  const name = key === undefined ? undefined : (params as Readonly<Record<string, unknown>> | undefined)?.[key];
  return typeof name === 'string' ? name : undefined;
}

function paramHeaders({ params }: Rpc, declared: ParamHeaders): [string, string][] {
  return declared.of(params).map(({ header, value }) => [header, headerValue(value)]);
}

/** Text as a header carries it: what a header cannot, or would lose, goes in Base64. */
export function headerValue(text: string): string {
  const plain = /^(?! )[\x20-\x7e]*(?<! )$/.test(text) && !/^=\?base64\?.*\?=$/s.test(text);
  return plain ? text : `=?base64?${Buffer.from(text).toString('base64')}?=`;
}
