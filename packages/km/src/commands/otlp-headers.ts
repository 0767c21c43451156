import { readFileSync } from 'node:fs';
import type { Config } from '../config/load.ts';
import { readHeaders } from '../otlp/headers.ts';
import { isOfThisMachine } from './run-figures.ts';

/** The headers for the collector, or a sentence that says why nothing is exported. */
export function headersFor({ settings, otlpHeaders }: Config): Readonly<Record<string, string>> | string {
  const { endpoint, headers_file: file } = settings.otlp;
  const text = otlpHeaders?.reveal() ?? (file === '' ? '' : readOrUndefined(file));
  if (text === undefined) return `Nothing is exported to OpenTelemetry: ${file} cannot be read.`;
  const headers = readHeaders(text);
  if (headers === undefined)
    return 'Nothing is exported to OpenTelemetry: its headers are no `name=value` pairs that can be sent.';
  if (Object.keys(headers).length > 0 && endpoint.startsWith('http:') && !isOfThisMachine(endpoint))
    return `Nothing is exported to OpenTelemetry: headers are sent to ${new URL(endpoint).host} by https only.`;
  return headers;
}

function readOrUndefined(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined; // Told by whoever asked.
  }
}
