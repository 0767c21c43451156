import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { installOnDemand } from '../clients/install-on-demand.ts';

/** The last version that carries the code generated from the published protobuf definitions. */
const packages = { '@opentelemetry/otlp-transformer': '0.57.2' };
const cache = path.join(process.env.KM_TEST_CACHE ?? fileURLToPath(new URL('./.cache', import.meta.url)), 'otlp');

/** A message type as protobufjs generates it. */
interface Type {
  fromObject(object: unknown): unknown;
  encode(message: unknown): { finish(): Uint8Array };
  decode(bytes: Uint8Array): unknown;
  toObject(message: unknown, options: object): unknown;
}

/** Reads what OTLP writes in JSON by the published definitions, and says what they do not know. */
export function openDecoder() {
  installOnDemand({ cache, packages });
  const require = createRequire(path.join(cache, 'package.json'));
  const root = require('@opentelemetry/otlp-transformer/build/src/generated/root.js');
  const { trace, metrics } = root.opentelemetry.proto.collector;
  return {
    traces: (json: string) => read(trace.v1.ExportTraceServiceRequest, json),
    metrics: (json: string) => read(metrics.v1.ExportMetricsServiceRequest, json),
  };
}

/** True when nothing was lost or changed on the way through the binary form. */
function read(type: Type, json: string): boolean {
  const given: unknown = JSON.parse(json, (key, value) =>
    // The one place where OTLP's JSON is not that of protobuf: these bytes are hexadecimal.
    ['traceId', 'spanId', 'parentSpanId'].includes(key) ? Buffer.from(value, 'hex').toString('base64') : value,
  );
  const message = type.decode(type.encode(type.fromObject(given)).finish());
  const known = type.toObject(message, { longs: String, bytes: String, enums: Number });
  return isDeepStrictEqual(withoutDefaults(known), withoutDefaults(given));
}

/** A default is not written in the binary form: an empty list, nought, an empty text. */
function withoutDefaults(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => (isDefault(one) ? one : withoutDefaults(one)));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, one]) => [key, withoutDefaults(one)] as const);
  return Object.fromEntries(entries.filter(([, one]) => !isDefault(one)));
}

function isDefault(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === 0 || value === '0' || value === '' || value === false || isDeepStrictEqual(value, {});
}
