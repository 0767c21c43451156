import type { ServerOptions as TlsOptions } from 'node:https';
import type { After } from '../after.ts';
import type { ListenAddress } from './address.ts';
import { createEndpoint } from './endpoint.ts';
import { createFront } from './front.ts';
import type { Gate } from './gate.ts';
import { type HttpServer, openHttpServer } from './http-server.ts';
import { LegacySessions } from './legacy-sessions.ts';
import type { Serve } from './served.ts';
import { SharedServer } from './shared-server.ts';

export interface ListenerParts {
  readonly address: ListenAddress;
  readonly tls: TlsOptions | undefined;
  readonly gate: Gate;
  readonly serve: Serve;
  readonly node: string;
  readonly sessionsMax: number;
  readonly requestsMax: number;
  readonly bodyBytesMax: number;
  readonly idleSeconds: number;
  readonly after: After;
  /** Milliseconds on a clock that never goes back. */
  readonly now: () => number;
  readonly onFault: (message: string) => void;
}

/** MCP over HTTP in front of servers that speak stdio. */
export interface Listener {
  readonly http: HttpServer;
  /** Takes nothing new, waits for open requests as long as it may, and ends with the last server. */
  drain(waitMs: number): Promise<void>;
  /** Ends every server and every connection at once. */
  kill(): void;
}

const beatMs = 1_000;

/** How often it is looked whether a draining listener has come to its end. */
const lookMs = 50;

/** Connections beyond the requests that may be open: whoever is refused has to be told so. */
const spareConnections = 256;

/** @throws KmError `listen.in-use`, `listen.failed` */
export async function openListener(parts: ListenerParts): Promise<Listener> {
  const { gate, serve, node, sessionsMax, requestsMax, bodyBytesMax, idleSeconds, after, now, onFault } = parts;
  const sessions = new LegacySessions({ serve, sessionsMax, idleSeconds, node, onFault });
  const shared = new SharedServer({ serve, idleSeconds, now, onFault });
  let draining = false;
  const endpoint = createEndpoint({ sessions, shared, bodyBytesMax });
  const handle = createFront({
    gate,
    endpoints: new Map([['/mcp', endpoint]]),
    unready: () => (draining ? 'ending' : undefined),
    requestsMax,
    onFault,
  });
  const { address, tls } = parts;
  const http = await openHttpServer({ address, tls, connectionsMax: requestsMax + spareConnections, handle });
  let stopBeating = after(beatMs, beat);

  function beat(): void {
    stopBeating = after(beatMs, beat);
    sessions.beat();
    shared.beat();
  }

  return {
    http,
    async drain(waitMs) {
      draining = true;
      shared.drain();
      for (const until = now() + waitMs; ; ) {
        // Its clients are told that their sessions are gone, and begin again with a node that stays.
        sessions.drain();
        if ((!sessions.busy && !shared.busy) || now() >= until) break;
        await new Promise<void>((resolve) => after(lookMs, resolve));
      }
      await Promise.all([sessions.end(), shared.stop()]);
      stopBeating();
      const closed = http.close();
      http.cut();
      await closed;
    },
    kill() {
      sessions.kill();
      shared.kill();
      http.cut();
    },
  };
}
