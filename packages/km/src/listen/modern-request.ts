import type { IncomingHttpHeaders } from 'node:http';
import type { Rpc, RpcId } from '../message/message.ts';
import { nameSources } from '../message/name-sources.ts';
import { headerText } from './base64-header.ts';
import type { Posted } from './read-posted.ts';
import { codes, type Refusal } from './rpc-error.ts';

const versionKey = 'io.modelcontextprotocol/protocolVersion';
const capabilitiesKey = 'io.modelcontextprotocol/clientCapabilities';

/** The first revision without sessions, and the one km itself speaks where it asks a server. */
export const firstModern = '2026-07-28';

export type Era = 'legacy' | 'modern';

/** Whether a version header names a revision without sessions. */
export function namesModern(header: string | undefined): boolean {
  return header !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(header) && header >= firstModern;
}

/**
 * By which revision of MCP a posted message has to be dealt with, or why it cannot be. The body says; the headers repeat some
 * of it, so that whoever stands between need not read bodies, and must not say anything else.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/transports — Streamable HTTP, standard request headers
 */
export function eraOf(posted: Posted, headers: IncomingHttpHeaders): Era | Refusal {
  const named = trimmed(headers['mcp-protocol-version']);
  const { id = null } = posted.rpc;
  if (!isModern(posted, named)) {
    const begins = posted.rpc.method === 'initialize' && namesModern(named);
    return begins ? mismatch(id, 'initialize belongs to revisions before the one named.') : 'legacy';
  }
  const lacking = lacksInMeta(posted);
  if (lacking !== undefined) return { status: 400, code: codes.invalidParams, message: lacking, id };
  const contradiction = contradictionIn(posted, named, headers);
  return contradiction === undefined ? 'modern' : mismatch(id, contradiction);
}

/** The revision that a modern request is of. */
export function versionOf({ params }: Rpc): string {
  return String(objectAt(params, '_meta')?.[versionKey]);
}

/** What a request of km's own says of itself. */
export const ownMeta = { [versionKey]: firstModern, [capabilitiesKey]: {} } as const;

function isModern({ kind, rpc }: Posted, named: string | undefined): boolean {
  if (kind === 'response') return false;
  const claimed = metaOf(rpc)?.[versionKey];
  if (rpc.method === 'initialize') return namesModern(String(claimed));
  return claimed !== undefined || namesModern(named);
}

/** What each request has to say of itself, and this one does not. */
function lacksInMeta({ kind, rpc }: Posted): string | undefined {
  const meta = metaOf(rpc);
  const version = meta?.[versionKey];
  if (version !== undefined && typeof version !== 'string') return `${versionKey} must be a string.`;
  if (kind === 'notification') return undefined;
  if (version === undefined) return `params._meta lacks ${versionKey}.`;
  const capabilities = objectAt(meta, capabilitiesKey);
  return capabilities === undefined ? `params._meta lacks ${capabilitiesKey}, an object.` : undefined;
}

/** Where the headers say something else than the body, or not what they must. */
function contradictionIn({ kind, rpc }: Posted, named: string | undefined, headers: IncomingHttpHeaders) {
  const { method = '', params } = rpc;
  const version = metaOf(rpc)?.[versionKey];
  const namedMethod = trimmed(headers['mcp-method']);
  if (named !== undefined && version !== undefined && named !== version)
    return `_meta names revision ${version}, and MCP-Protocol-Version another.`;
  if (namedMethod !== undefined && namedMethod !== method) return `Mcp-Method is not ${method}.`;
  if (kind === 'notification') return undefined;
  if (named === undefined) return 'the header MCP-Protocol-Version is missing.';
  if (namedMethod === undefined) return 'the header Mcp-Method is missing.';
  return nameMismatch(method, params, trimmed(headers['mcp-name']));
}

function mismatch(id: RpcId, what: string): Refusal {
  return { status: 400, code: codes.headerMismatch, message: `The headers and the body disagree: ${what}`, id };
}

function metaOf({ params }: Rpc): Readonly<Record<string, unknown>> | undefined {
  return objectAt(params, '_meta');
}

function nameMismatch(method: string, params: unknown, header: string | undefined): string | undefined {
  const member = Object.hasOwn(nameSources, method) ? nameSources[method] : undefined;
  if (member === undefined) return undefined;
  const value = (params as Record<string, unknown> | undefined)?.[member];
  if (typeof value !== 'string') return undefined; // The server says what it misses.
  if (header === undefined) return 'the header Mcp-Name is missing.';
  return headerText(header) === value ? undefined : `Mcp-Name is not params.${member}.`;
}

function objectAt(holder: unknown, key: string): Readonly<Record<string, unknown>> | undefined {
  const value = (holder as Record<string, unknown> | null | undefined)?.[key];
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

function trimmed(header: string | readonly string[] | undefined): string | undefined {
  return header === undefined ? undefined : String(header).trim();
}
