import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { logLevels } from './log.ts';
import { ensureSecret } from './secrets/server-secret.ts';

/** Where the server listens, keeps its data, and by what it is known. Everything comes from the environment. */
export interface Config {
  /** Address of a PostgreSQL; without it the embedded database in `dataFolder`. */
  readonly databaseUrl: string | undefined;
  readonly dataFolder: string;
  readonly host: string;
  readonly port: number;
  /** Where people and km's reach it: stands in links and tokens. No slash at the end. */
  readonly publicUrl: string;
  /** Seals what is kept, such as private keys. The same for every replica. */
  readonly secret: string;
  /** Takes the last address of X-Forwarded-For for the client's. Only behind a proxy that sets it. */
  readonly trustProxy: boolean;
  readonly logLevel: (typeof logLevels)[number];
  readonly tls: TlsFiles | undefined;
}

export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
  /** Client certificates have to come from it. */
  readonly clientCa: string | undefined;
}

const flag = v.optional(v.picklist(['0', '1']), '0');
const Environment = v.object({
  DATABASE_URL: v.optional(v.pipe(v.string(), v.regex(/^postgres(?:ql)?:\/\//, 'a postgres:// address'))),
  KM_SERVER_DATA_DIR: v.optional(v.string()),
  KM_SERVER_LISTEN: v.optional(v.pipe(v.string(), v.regex(/^(?:.+:)?\d{1,5}$/, '[host:]port')), '127.0.0.1:7700'),
  KM_SERVER_PUBLIC_URL: v.optional(v.pipe(v.string(), v.regex(/^https?:\/\/[^/]+$/, 'an address without a path'))),
  KM_SERVER_SECRET: v.optional(v.pipe(v.string(), v.minLength(32, '32 characters or more'))),
  KM_SERVER_SECRET_FILE: v.optional(v.string()),
  KM_SERVER_TRUST_PROXY: flag,
  KM_SERVER_LOG_LEVEL: v.optional(v.picklist(logLevels), 'info'),
  KM_SERVER_TLS_CERT: v.optional(v.string()),
  KM_SERVER_TLS_KEY: v.optional(v.string()),
  KM_SERVER_TLS_CLIENT_CA: v.optional(v.string()),
});
type Environment = v.InferOutput<typeof Environment>;

/** The environment does not say what the server needs to know. */
export class ConfigError extends Error {}

/** @throws ConfigError that names the variable and what it takes, never what it held. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const read = v.safeParse(Environment, env);
  if (!read.success) {
    const [{ path: place, message, expected }] = read.issues;
    throw new ConfigError(`${String(place?.[0]?.key)} should be ${expected ?? message}.`);
  }
  const { output } = read;
  const { host, port } = listenOf(output.KM_SERVER_LISTEN);
  const tls = tlsOf(output);
  const publicUrl =
    output.KM_SERVER_PUBLIC_URL ?? `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
  if (!isLoopback(host) && !tls && !publicUrl.startsWith('https:')) {
    throw new ConfigError(
      'KM_SERVER_LISTEN leads beyond this machine without TLS. Set KM_SERVER_TLS_CERT and KM_SERVER_TLS_KEY, or KM_SERVER_PUBLIC_URL to the https address of the proxy before it.',
    );
  }
  const dataFolder = output.KM_SERVER_DATA_DIR ?? path.join(homedir(), '.local/share/km-control-plane');
  return {
    databaseUrl: output.DATABASE_URL,
    dataFolder,
    host,
    port,
    publicUrl,
    secret: secretOf(output, dataFolder),
    trustProxy: output.KM_SERVER_TRUST_PROXY === '1',
    logLevel: output.KM_SERVER_LOG_LEVEL,
    tls,
  };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

function listenOf(text: string): { host: string; port: number } {
  const [, host = '127.0.0.1', port] = /^(?:\[?(.+?)\]?:)?(\d+)$/.exec(text) ?? [];
  return { host, port: Number(port) };
}

function tlsOf({
  KM_SERVER_TLS_CERT: cert,
  KM_SERVER_TLS_KEY: key,
  KM_SERVER_TLS_CLIENT_CA: clientCa,
}: Environment): TlsFiles | undefined {
  if (cert === undefined && key === undefined && clientCa === undefined) return undefined;
  if (cert !== undefined && key !== undefined) return { cert, key, clientCa };
  throw new ConfigError('KM_SERVER_TLS_CERT and KM_SERVER_TLS_KEY have to be set together.');
}

/** With a PostgreSQL there may be replicas, which have to be told one secret; alone the server makes its own. */
function secretOf({ DATABASE_URL, KM_SERVER_SECRET, KM_SERVER_SECRET_FILE }: Environment, dataFolder: string): string {
  if (KM_SERVER_SECRET !== undefined) return KM_SERVER_SECRET;
  if (KM_SERVER_SECRET_FILE !== undefined) {
    const secret = readFileSync(KM_SERVER_SECRET_FILE, 'utf8').trim();
    if (secret.length < 32)
      throw new ConfigError('The file that KM_SERVER_SECRET_FILE names should hold 32 characters or more.');
    return secret;
  }
  if (DATABASE_URL !== undefined) {
    throw new ConfigError(
      'With DATABASE_URL, KM_SERVER_SECRET or KM_SERVER_SECRET_FILE has to be set: the same for every replica.',
    );
  }
  return ensureSecret(dataFolder);
}
