import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
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
  const server = tls ? createHttpsServer(tlsOptions(tls), listener) : createHttpServer(listener);
  server.headersTimeout = headersTimeoutMs;
  server.requestTimeout = requestTimeoutMs;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () => drain(server),
  };
}

function tlsOptions({ cert, key, clientCa }: TlsFiles) {
  return {
    cert: readFileSync(cert),
    key: readFileSync(key),
    minVersion: 'TLSv1.2' as const,
    ...(clientCa !== undefined && { ca: readFileSync(clientCa), requestCert: true, rejectUnauthorized: true }),
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
