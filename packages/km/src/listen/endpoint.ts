import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Rpc } from '../message/message.ts';
import type { LegacySession } from './legacy-session.ts';
import type { LegacySessions } from './legacy-sessions.ts';
import { eraOf, firstModern, namesModern, versionOf } from './modern-request.ts';
import { BodyReader } from './read-body.ts';
import { type Posted, type PostedBody, readPosted } from './read-posted.ts';
import type { Reply } from './reply.ts';
import { codes, type Refusal } from './rpc-error.ts';
import type { SharedEnd } from './shared-end.ts';
import type { SharedServer } from './shared-server.ts';

export interface EndpointParts {
  readonly sessions: LegacySessions;
  readonly shared: SharedServer;
  /** Longest body, in bytes. */
  readonly bodyBytesMax: number;
}

const legacyVersions = ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'];

/** Deals with a request, or says why not. `res` is for those who do not write events of their own. */
export type Handle = (
  req: IncomingMessage,
  reply: Reply,
  res: ServerResponse,
) => Promise<Refusal | undefined> | Refusal | undefined;

/**
 * The endpoint of MCP over HTTP: looks at the HTTP side of a request, and hands it to the session it belongs to, or to the
 * server that all share.
 *
 * @see https://modelcontextprotocol.io/specification — basic/transports, Streamable HTTP
 */
export function createEndpoint({ sessions, shared, bodyBytesMax }: EndpointParts): Handle {
  const bodies = new BodyReader(bodyBytesMax);
  const methods: Readonly<Record<string, Handle>> = { POST: post, GET: get, DELETE: remove, OPTIONS: options };

  return (req, reply, res) => {
    const handle = methods[req.method ?? ''];
    return handle === undefined ? notAllowed : handle(req, reply, res);
  };

  async function post(req: IncomingMessage, reply: Reply): Promise<Refusal | undefined> {
    const wrong = wrongMedia(req);
    if (wrong) return wrong;
    const body = await bodies.read(req);
    if (!(body instanceof Uint8Array)) return body;
    const posted = readPosted(body);
    if ('status' in posted) return posted;
    const [first] = posted.messages;
    if (first === undefined) return invalid('The body holds no message.');
    if (posted.batch) return postLegacy(req, reply, posted);
    const era = eraOf(first, req.headers);
    if (typeof era === 'object') return era;
    return era === 'modern' ? postModern(req, reply, first) : postLegacy(req, reply, posted);
  }

  async function postModern(req: IncomingMessage, reply: Reply, posted: Posted): Promise<Refusal | undefined> {
    const end = await shared.end();
    const { id = null, method, params } = posted.rpc;
    if ('status' in end) return { ...end, id };
    if (end.waitingBytes > bodyBytesMax) return { ...slowServer, id };
    const unknown = await unknownVersion(posted.rpc, end);
    if (unknown) return { ...unknown, id };
    const wrong = method === 'tools/call' ? end.paramHeaders.mismatch(params, req.headers) : undefined;
    if (wrong !== undefined) {
      const message = `The headers and the body disagree: ${wrong}`;
      return { status: 400, code: codes.headerMismatch, message, id };
    }
    end.post(posted, reply);
    return undefined;
  }

  async function postLegacy(req: IncomingMessage, reply: Reply, posted: PostedBody): Promise<Refusal | undefined> {
    const session = await sessionFor(req, posted);
    if ('status' in session) return { ...session, id: posted.messages[0]?.rpc.id ?? null };
    return session.waitingBytes > bodyBytesMax ? slowServer : session.post(posted, reply);
  }

  async function sessionFor(req: IncomingMessage, { messages, batch }: PostedBody) {
    if (req.headers['mcp-session-id'] !== undefined) return sessionOf(req);
    if (!messages.some(({ rpc }) => rpc.method === 'initialize')) return noSession;
    return batch ? invalid('initialize may not be part of a batch.') : sessions.open(headerOf(req, 'km-hop'));
  }

  function get(req: IncomingMessage, reply: Reply): Refusal | undefined {
    if (namesModern(headerOf(req, 'mcp-protocol-version'))) return notAllowed;
    if (!accepts(req, 'text/event-stream')) return notAcceptable;
    const session = sessionOf(req);
    return 'status' in session ? session : session.listen(reply, headerOf(req, 'last-event-id'));
  }

  function remove(req: IncomingMessage, reply: Reply): Refusal | undefined {
    if (namesModern(headerOf(req, 'mcp-protocol-version'))) return notAllowed;
    const session = sessionOf(req);
    if ('status' in session) return session;
    sessions.close(session);
    reply.send(200);
    return undefined;
  }

  function sessionOf(req: IncomingMessage): LegacySession | Refusal {
    const id = headerOf(req, 'mcp-session-id');
    if (id === undefined) return noSession;
    const version = headerOf(req, 'mcp-protocol-version');
    if (version !== undefined && !legacyVersions.includes(version))
      return invalid(`MCP-Protocol-Version ${JSON.stringify(version)} is not known here.`);
    return sessions.find(id) ?? gone;
  }
}

function options(_req: IncomingMessage, reply: Reply): undefined {
  reply.send(204);
}

/** The server itself need not look: on stdio a client settles on a revision by asking first. */
async function unknownVersion(rpc: Rpc, end: SharedEnd): Promise<Refusal | undefined> {
  if (rpc.id === undefined) return undefined;
  const requested = versionOf(rpc);
  if (requested === firstModern) return undefined;
  const supported = await end.versions();
  if (supported === undefined || supported.includes(requested)) return undefined;
  const message = `The server does not speak revision ${requested}.`;
  return { status: 400, code: codes.unsupportedVersion, message, data: { supported, requested } };
}

function wrongMedia(req: IncomingMessage): Refusal | undefined {
  const type = (headerOf(req, 'content-type') ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json')
    return { status: 415, code: codes.invalidRequest, message: 'Post application/json.' };
  return accepts(req, 'application/json') && accepts(req, 'text/event-stream') ? undefined : notAcceptable;
}

/** By media type and range; `q=0` is taken no notice of, as nobody sends it. */
function accepts(req: IncomingMessage, type: string): boolean {
  const accepted = (headerOf(req, 'accept') ?? '*/*').split(',').map((one) => one.split(';')[0]?.trim().toLowerCase());
  return [type, `${type.split('/')[0]}/*`, '*/*'].some((one) => accepted.includes(one));
}

function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name];
  return value === undefined ? undefined : String(value).trim();
}

function invalid(message: string): Refusal {
  return { status: 400, code: codes.invalidRequest, message };
}

const noSession = invalid('The header Mcp-Session-Id is missing: begin with initialize.');

const gone: Refusal = {
  status: 404,
  code: codes.invalidRequest,
  message: 'There is no such session any more: begin again with initialize.',
};

const notAllowed: Refusal = {
  status: 405,
  code: codes.invalidRequest,
  message: 'This method is not for this endpoint.',
  headers: { Allow: 'GET, POST, DELETE, OPTIONS' },
};

const notAcceptable: Refusal = {
  status: 406,
  code: codes.invalidRequest,
  message: 'The client must accept both application/json and text/event-stream.',
};

const slowServer: Refusal = {
  status: 503,
  code: codes.internal,
  message: 'The server does not read what it is sent.',
  headers: { 'Retry-After': '1' },
};
