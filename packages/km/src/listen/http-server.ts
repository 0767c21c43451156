import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions as TlsOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { KmError } from '@kilometers/core/errors.ts';
import type { ListenAddress } from './address.ts';

/** Sizes and times that bound what a client can take up without having said anything worth it. */
const limits = {
  maxHeaderSize: 16_384,
  headersTimeout: 10_000,
  /** For a whole request, its body with it. */
  requestTimeout: 120_000,
  connectionsCheckingInterval: 5_000,
  /** Longer than balancers keep theirs, or they would use one that is just being closed. */
  keepAliveTimeout: 75_000,
};

export interface HttpParts {
  readonly address: ListenAddress;
  /** Makes it HTTPS. */
  readonly tls: TlsOptions | undefined;
  readonly connectionsMax: number;
  readonly handle: (req: IncomingMessage, res: ServerResponse) => void;
}

export interface HttpServer {
  /** The port that was given, also where any was asked for. */
  readonly port: number;
  /** New connections are made with these from now on. */
  useTls(tls: Pick<TlsOptions, 'cert' | 'key' | 'ca'>): void;
  /** Takes no new connections, and ends when the last is closed. */
  close(): Promise<void>;
  /** Closes every connection. */
  cut(): void;
}

/** @throws KmError `listen.in-use`, `listen.failed` */
export async function openHttpServer({ address, tls, connectionsMax, handle }: HttpParts): Promise<HttpServer> {
  const secure = tls && createTlsServer({ ...limits, ...tls }, handle);
  const server: Server = secure ?? createServer(limits, handle);
  server.maxConnections = connectionsMax;
  server.on('clientError', refuseMalformed);
  await listen(server, address);
  return {
    port: (server.address() as AddressInfo).port, // It listens on a port.
    useTls: (given) => secure?.setSecureContext({ ...tls, ...given }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
    cut: () => server.closeAllConnections(),
  };
}

function listen(server: Server, { host, port }: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(listenError(host, port, cause)));
    server.listen({ host, port }, resolve);
  });
}

function listenError(host: string, port: number, cause: NodeJS.ErrnoException): KmError {
  const where = `${host}, port ${port}`;
  if (cause.code === 'EADDRINUSE')
    return new KmError('listen.in-use', `Another program listens on ${where}.`, { cause });
  return new KmError('listen.failed', `km cannot listen on ${where}: ${cause.code ?? cause.message}.`, { cause });
}

const malformed: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

function refuseMalformed(error: NodeJS.ErrnoException, socket: Socket): void {
  if (socket.writable && error.code !== 'ECONNRESET') {
    const status = malformed[error.code ?? ''] ?? '400 Bad Request';
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  }
  // A client that does not take even that is not waited for.
  socket.destroySoon();
}
