import type { IncomingMessage } from 'node:http';
import type { ServerOptions as TlsOptions } from 'node:https';
import type { After } from '../after.ts';
import type { ListenAddress } from '../listen/address.ts';
import type { Handle } from '../listen/endpoint.ts';
import { createFront } from '../listen/front.ts';
import type { Gate } from '../listen/gate.ts';
import { openHttpServer } from '../listen/http-server.ts';
import type { Listener } from '../listen/listener.ts';
import type { Conversation } from './conversation.ts';
import { Conversations } from './conversations.ts';
import { relayRequest } from './relay-request.ts';
import { pathAt, type Route } from './route.ts';
import { Upstream } from './upstream.ts';

export interface RelayOptions {
  readonly address: ListenAddress;
  readonly tls: TlsOptions | undefined;
  readonly gate: Gate;
  /** True where the gate asks for a token: the client's Authorization is for km then. */
  readonly ownToken: boolean;
  readonly routes: readonly Route[];
  /** Sent to every server, by name in lower case. */
  readonly given: Readonly<Record<string, string>>;
  /** Opens the record and the judges of a session at a route. */
  readonly open: (route: Route) => Promise<Conversation>;
  readonly sessionsMax: number;
  readonly requestsMax: number;
  readonly bodyBytesMax: number;
  readonly keptBytesMax: number;
  readonly holdBytesMax: number;
  readonly idleSeconds: number;
  readonly after: After;
  /** Milliseconds on a clock that never goes back. */
  readonly now: () => number;
  readonly onFault: (message: string) => void;
}

const beatMs = 1_000;

/** How often it is looked whether a draining relay has come to its end. */
const lookMs = 50;

/** Connections beyond the requests that may be open: whoever is refused has to be told so. */
const spareConnections = 256;

interface Served extends Route {
  readonly upstream: Upstream;
  readonly conversations: Conversations;
}

/**
 * A reverse proxy before MCP servers that speak HTTP: what goes through is on record and judged, and is otherwise as it came.
 *
 * @throws KmError `listen.in-use`, `listen.failed`
 */
export async function openRelay(options: RelayOptions): Promise<Listener> {
  const { gate, routes, requestsMax, after, now, onFault } = options;
  const served = routes.map((route): Served => {
    const conversations = new Conversations({ ...options, open: () => options.open(route) });
    return { ...route, upstream: new Upstream(route.url, after), conversations };
  });
  const alone = served.length === 1;
  let draining = false;
  let waiting = 0;

  const handles = served.map((route) => [route.path, handleFor(route)] as const);
  const elsewhere = alone ? handles[0]?.[1] : undefined;
  const http = await openHttpServer({
    address: options.address,
    tls: options.tls,
    connectionsMax: requestsMax + spareConnections,
    handle: createFront({
      gate,
      endpoints: new Map(handles),
      ...(elsewhere && { elsewhere }),
      unready: () => (draining ? 'ending' : unreached()),
      requestsMax,
      onFault,
    }),
  });
  let stopBeating = after(beatMs, beat);

  function beat(): void {
    stopBeating = after(beatMs, beat);
    for (const { conversations } of served) conversations.beat();
  }

  function unreached(): string | undefined {
    const down = served.filter(({ upstream }) => upstream.down !== undefined);
    return down.length === 0 ? undefined : down.map(({ path, upstream }) => `${path}: ${upstream.down}`).join(', ');
  }

  function handleFor(route: Served): Handle {
    return async (req, reply, res) => {
      if (req.method === 'OPTIONS' && req.headers.origin !== undefined) {
        reply.send(204); // The gate knows the pages that may ask; their question is not the server's.
        return undefined;
      }
      const path = pathAt(route, req.url ?? '/', alone);
      if (path === undefined) throw new Error('A route was asked for what it does not lead to.');
      const waits = isWaitedFor(req);
      if (waits) waiting++;
      res.once('close', () => {
        if (waits) waiting--;
      });
      return relayRequest({ ...options, ...route }, req, res, path);
    };
  }

  async function end(): Promise<void> {
    stopBeating();
    const closed = http.close();
    http.cut();
    await closed;
    for (const { upstream } of served) upstream.close();
    await Promise.all(served.map(({ conversations }) => conversations.close()));
  }

  return {
    http,
    async drain(waitMs) {
      draining = true;
      for (const until = now() + waitMs; waiting > 0 && now() < until; ) {
        await new Promise<void>((resolve) => after(lookMs, resolve));
      }
      await end();
    },
    kill() {
      http.cut();
    },
  };
}

/** A stream that the client only listens on is never over, and is taken up again elsewhere. */
function isWaitedFor({ method }: IncomingMessage): boolean {
  return method !== 'GET';
}
