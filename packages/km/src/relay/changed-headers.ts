import type { IncomingHttpHeaders } from 'node:http';
import type { Rpc } from '../message/message.ts';
import { nameSources } from '../message/name-sources.ts';

/**
 * The headers that have to change with a body: its length, and those of MCP that repeat something of it.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/transports — standard request headers
 */
export function changedHeaders(
  headers: IncomingHttpHeaders,
  before: Rpc | undefined,
  forward: Rpc | readonly Rpc[],
  body: Uint8Array,
): string[] {
  const changed = ['Content-Length', String(body.length)];
  const after = Array.isArray(forward) ? undefined : (forward as Rpc);
  const source = nameSources[after?.method ?? ''];
  if (source !== undefined && headers['mcp-name'] !== undefined) {
    changed.push('Mcp-Name', headerValue(fieldsOf(after?.params)[source]));
  }
  const was = fieldsOf(fieldsOf(before?.params).arguments);
  const is = fieldsOf(fieldsOf(after?.params).arguments);
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith('mcp-param-')) continue;
    // Which argument a header repeats is known by its value: what it repeated has to be what was sent.
    const repeated = pathsOf(was).find(([, argument]) => headerValue(argument) === String(value).trim());
    if (repeated) changed.push(name, headerValue(valueAt(is, repeated[0])));
  }
  return changed;
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function pathsOf(value: unknown, path: readonly string[] = []): [readonly string[], unknown][] {
  if (typeof value !== 'object' || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]));
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => fieldsOf(inner)[key], value);
}

/** A value as a header of MCP carries it: as it stands where a header can, otherwise in Base64. */
function headerValue(value: unknown): string {
  const text = String(value ?? '');
  if (/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(text) && !text.startsWith('=?base64?')) return text;
  return `=?base64?${Buffer.from(text).toString('base64')}?=`;
}
