import { validateHeaderName, validateHeaderValue } from 'node:http';

/** Headers that belong to the request itself. */
const ownHeaders = new Set(['host', 'content-type', 'content-length', 'transfer-encoding', 'connection']);

/**
 * The headers in a text as `OTEL_EXPORTER_OTLP_HEADERS` has it: `name=value` pairs with commas between, or one a line, values
 * in percent-encoding; undefined when one cannot be sent.
 *
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 */
export function readHeaders(text: string): Readonly<Record<string, string>> | undefined {
  const pairs = text.split(/[,\n]/).map((pair) => pair.trim());
  const headers: Record<string, string> = {};
  try {
    for (const pair of pairs.filter((one) => one !== '')) {
      const [, name = '', value = ''] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
      headers[checkedName(name.trim())] = checkedValue(name, decodeURIComponent(value.trim()));
    }
    return headers;
  } catch {
    return undefined; // What is wrong with a secret is not said.
  }
}

function checkedName(name: string): string {
  validateHeaderName(name);
  if (ownHeaders.has(name.toLowerCase())) throw new Error('The header is not to be set.');
  return name;
}

function checkedValue(name: string, value: string): string {
  validateHeaderValue(name, value);
  return value;
}
