import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Handle } from './endpoint.ts';
import type { Gate } from './gate.ts';
import { Reply } from './reply.ts';
import { codes, type Refusal } from './rpc-error.ts';

export interface FrontParts {
  readonly gate: Gate;
  /** By path, what is served there. */
  readonly endpoints: ReadonlyMap<string, Handle>;
  /** What is served at every other path. */
  readonly elsewhere?: Handle;
  /** What `/readyz` says: ready unless there is a reason against it. */
  readonly unready: () => string | undefined;
  /** So many requests may be open, streams included (`listen.max_requests`). */
  readonly requestsMax: number;
  readonly onFault: (message: string) => void;
}

/** What every request goes through before anybody deals with it. */
export function createFront({ gate, endpoints, elsewhere, unready, requestsMax, onFault }: FrontParts) {
  let open = 0;

  return (req: IncomingMessage, res: ServerResponse): void => {
    const reply = new Reply(res);
    const [path = ''] = (req.url ?? '').split('?');
    // Balancers ask by address and bring no token. They learn nothing else.
    if (path === '/healthz') health(reply, undefined);
    else if (path === '/readyz') health(reply, unready());
    else void deal(req, res, reply, path);
  };

  async function deal(req: IncomingMessage, res: ServerResponse, reply: Reply, path: string): Promise<void> {
    for (const [name, value] of Object.entries(gate.crossOriginHeaders(req))) res.setHeader(name, value);
    open++;
    res.on('close', () => open--);
    try {
      const refusal = gate.refuses(req) ?? (await pass(req, reply, res, path));
      if (refusal) reply.refuse(refusal);
    } catch (error) {
      // One request must not end the others.
      onFault(`A request failed inside km: ${error instanceof Error ? (error.stack ?? error.message) : error}`);
      reply.refuse({ status: 500, code: codes.internal, message: 'km failed at this request.' });
    }
  }

  function pass(req: IncomingMessage, reply: Reply, res: ServerResponse, path: string): ReturnType<Handle> {
    if (open > requestsMax) return busy(requestsMax);
    const endpoint = endpoints.get(path) ?? elsewhere;
    return endpoint === undefined ? nothingThere : endpoint(req, reply, res);
  }
}

function health(reply: Reply, reason: string | undefined): void {
  const status = reason === undefined ? 'ok' : 'unavailable';
  reply.send(reason === undefined ? 200 : 503, JSON.stringify({ status, ...(reason !== undefined && { reason }) }));
}

const nothingThere: Refusal = {
  status: 404,
  code: codes.invalidRequest,
  message: 'There is nothing here: the endpoint is /mcp.',
};

function busy(requestsMax: number): Refusal {
  return {
    status: 503,
    code: codes.internal,
    message: `${requestsMax} requests are open; no more are taken (listen.max_requests).`,
    headers: { 'Retry-After': '5' },
  };
}
