const wrapped = /^=\?base64\?(.*)\?=$/s;
const canonical = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * The text that a header of MCP carries: as it stands, or in Base64 as `=?base64?…?=`; undefined when that is no UTF-8.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/transports — value encoding
 */
export function headerText(value: string): string | undefined {
  const trimmed = value.replace(/^[\t ]+|[\t ]+$/g, '');
  const [, base64] = wrapped.exec(trimmed) ?? [];
  if (base64 === undefined) return trimmed;
  if (!canonical.test(base64)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(base64, 'base64'));
  } catch {
    return undefined;
  }
}
