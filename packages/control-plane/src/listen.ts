import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createSecureContext } from 'node:tls';
import { getRequestListener } from '@hono/node-server';
import type { Config, TlsFiles } from './config.ts';

/** How long requests under way may take once the server is to end. */
const drainMs = 10_000;

/** What a client may take to send its head, and the whole of a request. */
const headersTimeoutMs = 15_000;
const requestTimeoutMs = 60_000;

export interface Listening {
  /** The port it got, where 0 was asked for. */
  readonly port: number;
  /**
   * Reads the certificate, its key and the client authority again. New connections get them; those that are open go on.
   *
   * @returns False when nothing has changed.
   * @throws Error when they cannot be read, or do not fit together; what was in use stays.
   */
  renewTls(): boolean;
  /** Takes no more connections, lets requests under way end, then closes. */
  close(): Promise<void>;
}

type Fetch = Parameters<typeof getRequestListener>[0];

/** @throws Error of the system when the port is taken or a certificate cannot be read. */
export async function listen(
  { host, port, tls }: Pick<Config, 'host' | 'port' | 'tls'>,
  fetch: Fetch,
): Promise<Listening> {
  const listener = getRequestListener(fetch);
  const secure = tls && readTls(tls);
  const server = secure
    ? createHttpsServer({ ...secure, ...(secure.ca && { requestCert: true, rejectUnauthorized: true }) }, listener)
    : createHttpServer(listener);
  server.headersTimeout = headersTimeoutMs;
  server.requestTimeout = requestTimeoutMs;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    renewTls: tls && 'setSecureContext' in server ? renewer(server, tls) : () => false,
    close: () => drain(server),
  };
}

function readTls({ cert, key, clientCa }: TlsFiles) {
  return {
    cert: readFileSync(cert, 'utf8'),
    key: readFileSync(key, 'utf8'),
    minVersion: 'TLSv1.2' as const,
    ...(clientCa !== undefined && { ca: readFileSync(clientCa, 'utf8') }),
  };
}

function renewer(server: ReturnType<typeof createHttpsServer>, files: TlsFiles): () => boolean {
  let inUse = JSON.stringify(readTls(files));
  return () => {
    const next = readTls(files);
    if (JSON.stringify(next) === inUse) return false;
    createSecureContext(next); // Throws before anything is replaced.
    server.setSecureContext(next);
    inUse = JSON.stringify(next);
    return true;
  };
}

function drain(server: Server | ReturnType<typeof createHttpsServer>): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(() => server.closeAllConnections(), drainMs);
    server.close(() => {
      clearTimeout(late);
      resolve();
    });
    server.closeIdleConnections();
  });
}
