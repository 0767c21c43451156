import { createServer, type IncomingMessage, type RequestListener, request, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';

/** What the way to the control plane does to a request for telemetry. */
export type Fault =
  | 'pass'
  /** Cuts the connection before anything has reached the control plane. */
  | 'cut'
  /** The control plane has taken it, and its answer is lost. */
  | 'lose-answer'
  | 'error-500'
  | 'busy'
  | 'garbage'
  /** Keeps the connection open without a word until `release` is called. */
  | 'hang';

/** Stands between km and the control plane. */
export interface FaultProxy {
  readonly url: string;
  /** Of the requests for telemetry to come; what is not listed passes. */
  readonly faults: Fault[];
  /** What was asked, telemetry and the rest, in order. */
  readonly asked: readonly string[];
  /** Bodies of telemetry as they arrived, unpacked. */
  readonly bodies: readonly string[];
  /** Whole requests as text, headers included. */
  readonly requests: readonly string[];
  /** How many connections are held at the moment. */
  readonly held: number;
  release(): void;
}

export interface ProxyTls {
  readonly cert: string;
  readonly key: string;
}

const telemetryPath = '/api/events/telemetry';

/** Starts a proxy before the control plane on `port`; ended when the test ends. */
export async function openFaultProxy(port: number, tls?: ProxyTls): Promise<FaultProxy> {
  const faults: Fault[] = [];
  const asked: string[] = [];
  const bodies: string[] = [];
  const requests: string[] = [];
  let held: (() => void)[] = [];

  const listener: RequestListener = async (incoming, outgoing) => {
    const path = incoming.url ?? '';
    asked.push(path);
    const body = await read(incoming);
    const text = incoming.headers['content-encoding'] === 'gzip' ? gunzipSync(body).toString() : body.toString();
    requests.push(`${JSON.stringify(incoming.headers)}\n${text}`);
    if (path !== telemetryPath) return pass(port, incoming, body, outgoing);
    bodies.push(text);
    const fault = faults.shift() ?? 'pass';
    if (fault === 'hang') await new Promise<void>((resolve) => held.push(resolve));
    doTo({ fault, port, incoming, outgoing, body });
  };
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const release = () => {
    for (const go of held) go();
    held = [];
  };
  onTestFinished(() => {
    release();
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults,
    asked,
    bodies,
    requests,
    get held() {
      return held.length;
    },
    release,
  };
}

interface Asked {
  readonly fault: Fault;
  readonly port: number;
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly body: Buffer;
}

function doTo({ fault, port, incoming, outgoing, body }: Asked): void {
  if (fault === 'cut') incoming.socket.destroy();
  else if (fault === 'lose-answer') pass(port, incoming, body, undefined);
  else if (fault === 'error-500') answer(outgoing, 500, '<html>bad gateway</html>');
  else if (fault === 'busy') answer(outgoing, 429, '{"code":"request.rate-limited"}', { 'Retry-After': '2' });
  else if (fault === 'garbage') answer(outgoing, 200, '\0\x01 {"accepted": tru');
  else pass(port, incoming, body, outgoing);
}

async function read(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer); // A request gives bytes.
  return Buffer.concat(chunks);
}

/** Hands a request on. Without somebody to answer, the connection is cut when the control plane has answered. */
function pass(port: number, incoming: IncomingMessage, body: Buffer, outgoing: ServerResponse | undefined): void {
  const { method, url, headers, socket } = incoming;
  const onwards = request({ host: '127.0.0.1', port, method, path: url, headers }, async (answered) => {
    const text = await read(answered);
    if (outgoing === undefined) return void socket.destroy();
    outgoing.writeHead(answered.statusCode ?? 502, answered.headers).end(text);
  });
  onwards.once('error', () => socket.destroy());
  onwards.end(body);
}

function answer(outgoing: ServerResponse, status: number, text: string, headers: Record<string, string> = {}): void {
  outgoing.writeHead(status, headers).end(text);
}
