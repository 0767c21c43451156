import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import { codes, errorText, type Refusal } from '../listen/rpc-error.ts';
import type { Message, Origin, Rpc, RpcId } from '../message/message.ts';
import { runIn } from '../proxy/run-id.ts';
import { changedHeaders } from './changed-headers.ts';
import type { Conversations } from './conversations.ts';
import { endToEndHeaders } from './end-to-end-headers.ts';
import { MessageCollector } from './message-collector.ts';
import { header, messageOf, type Passage, sayFor, writeTo } from './passage.ts';
import { relayResponse, Unjudgeable } from './relay-response.ts';
import { RequestBody } from './request-body.ts';
import { responseTo, type Upstream } from './upstream.ts';

export interface RelayParts {
  readonly upstream: Upstream;
  readonly conversations: Conversations;
  readonly keptBytesMax: number;
  readonly holdBytesMax: number;
  /** Longest message that a client may post (`listen.max_body`). */
  readonly bodyBytesMax: number;
  /** Sent with every request, in place of what the client says (`--header`). */
  readonly given: Readonly<Record<string, string>>;
  /** True where the client's Authorization is for km, and must not go further. */
  readonly ownToken: boolean;
}

interface Relayed extends RelayParts, Passage {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly path: string;
  /** Of the client's request, for an answer in the server's stead. */
  id: RpcId;
}

/** Names the run that a message has come through, for the km after this one. */
const hopHeader = 'km-hop';
const sessionHeader = 'mcp-session-id';

let requests = 0;

/** Takes one request to the server, and its response back. */
export async function relayRequest(
  parts: RelayParts,
  req: IncomingMessage,
  res: ServerResponse,
  path: string,
): Promise<Refusal | undefined> {
  const body = await RequestBody.open(req, parts.bodyBytesMax).catch(() => undefined);
  if (body === undefined) return undefined; // The client has gone.
  if ('status' in body) return body;
  const session = header(req, sessionHeader);
  const { conversation, done } = conversationFor(parts, session, body);
  let named: string | undefined;
  try {
    const relayed: Relayed = {
      ...parts,
      req,
      res,
      path,
      id: null,
      conversation: await conversation,
      origin: originOf(req, session),
    };
    named = await pass(relayed, body, session);
    return undefined;
  } finally {
    done(named);
  }
}

function conversationFor({ conversations }: RelayParts, session: string | undefined, body: RequestBody) {
  if (session !== undefined) return conversations.of(session);
  if (!body.begins) return { conversation: conversations.shared(), done: () => {} };
  const { conversation, named } = conversations.begin();
  return { conversation, done: named };
}

function originOf(req: IncomingMessage, session: string | undefined): Origin {
  // Outside of sessions ids are unique within one request only: every client counts from 1.
  return { scope: session === undefined ? `r${++requests}` : '', via: runIn(header(req, hopHeader)) };
}

/** @returns The session that the server has opened. */
async function pass(relayed: Relayed, body: RequestBody, session: string | undefined): Promise<string | undefined> {
  const { conversation, res } = relayed;
  const isJudged = conversation.judge !== undefined; // Judging may begin while the body is on its way.
  const judged = isJudged && body.present ? await judgeBody(relayed, body) : { body, headers: [] };
  if (judged === undefined) return undefined;
  const opened = open(relayed, judged.headers);
  res.once('close', () => opened.destroy());
  try {
    const answer = responseTo(opened);
    answer.catch(() => {}); // Heard below; meanwhile the body may still be on its way.
    await send(relayed, judged.body, opened, isJudged);
    const response = await answer;
    relayed.upstream.answered();
    if (session !== undefined && ends(relayed, response)) relayed.conversations.end(session);
    await relayResponse({ ...relayed, response, answerServer: (rpc) => void answerServer(relayed, rpc) });
    return header(response, sessionHeader);
  } catch (error) {
    fail(relayed, opened, error as NodeJS.ErrnoException);
    return undefined;
  }
}

function ends({ req }: Relayed, { statusCode = 0 }: IncomingMessage): boolean {
  return statusCode === 404 || (req.method === 'DELETE' && statusCode < 300);
}

function open(
  { upstream, req, path, conversation, ownToken, given }: Relayed,
  changed: readonly string[],
): ClientRequest {
  const replaced = changed.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
  const without = [
    'host',
    'expect',
    'accept-encoding',
    hopHeader,
    ...(ownToken ? ['authorization'] : []),
    ...Object.keys(given),
    ...replaced,
  ];
  const headers = [
    ...endToEndHeaders(req.rawHeaders, without),
    ...changed,
    ...Object.entries(given).flat(),
    // Or the answer could not be read on its way.
    'Accept-Encoding',
    'identity',
    'Via',
    '1.1 km',
    'Km-Hop',
    conversation.run,
  ];
  return upstream.open({ method: req.method ?? 'GET', path, headers });
}

interface Outgoing {
  readonly present: boolean;
  chunks(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** Sends the body, and has it looked at afterwards where it was not judged before. */
async function send(relayed: Relayed, body: Outgoing, opened: ClientRequest, isJudged: boolean): Promise<void> {
  const { conversation, keptBytesMax } = relayed;
  if (!body.present) return void opened.end();
  const collector = new MessageCollector(keptBytesMax);
  for await (const chunk of body.chunks()) {
    if (!(await writeTo(opened, chunk))) break;
    if (!isJudged) collector.push(chunk);
  }
  opened.end();
  const line = collector.end();
  if (line === undefined) return;
  const message = messageOf(relayed, 'c2s', line);
  relayed.id = idOf(message);
  conversation.seen(message, !opened.destroyed);
  await conversation.pressure();
}

interface JudgedBody {
  readonly body: Outgoing;
  /** That have to change with it. */
  readonly headers: readonly string[];
}

/** What goes on of the body; undefined when the client has been answered in the server's stead. */
async function judgeBody(relayed: Relayed, body: RequestBody): Promise<JudgedBody | undefined> {
  const { conversation, res, holdBytesMax } = relayed;
  const collector = new MessageCollector(holdBytesMax);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body.chunks()) {
    collector.push(chunk);
    chunks.push(chunk);
  }
  const line = collector.end();
  if (line === undefined) return { body: { present: true, chunks: () => chunks }, headers: [] };
  const message = messageOf(relayed, 'c2s', line);
  relayed.id = idOf(message);
  const { forward = undefined, answers = [] } = (await conversation.judge?.(message)) ?? {};
  if (forward === 'as-is') return { body: { present: true, chunks: () => chunks }, headers: [] };
  if (forward === undefined || answers.length > 0) {
    answer(res, message, answers);
    return undefined;
  }
  const changed = Buffer.from(JSON.stringify(forward));
  return {
    body: { present: true, chunks: () => [changed] },
    headers: changedHeaders(relayed.req.headers, message.rpc, forward, changed),
  };
}

/** Answers in the server's stead. What is no request, and was stopped, is accepted as any is; the record says the rest. */
function answer(res: ServerResponse, message: Message, answers: readonly Rpc[]): void {
  if (message.kind === 'opaque') {
    refuse(res, 400, 'The body is not one well-formed JSON-RPC message.', null);
  } else if (answers.length === 0) {
    res.writeHead(202).end();
  } else {
    const body = message.kind === 'batch' ? answers : answers[0];
    res.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  }
}

/** Tells the server what km answers in the client's stead: over HTTP that is a request of its own. */
async function answerServer(relayed: Relayed, rpc: Rpc): Promise<void> {
  const body = Buffer.from(JSON.stringify(rpc));
  const opened = open(relayed, ['Content-Type', 'application/json', 'Content-Length', String(body.length)]);
  opened.end(body);
  try {
    (await responseTo(opened)).resume();
  } catch {
    // The server is gone, and with it whoever waits for the answer.
  }
}

/** The server cannot be reached, went away, or said what cannot be judged. */
function fail(relayed: Relayed, opened: ClientRequest, error: NodeJS.ErrnoException): void {
  const { res, upstream, id } = relayed;
  opened.destroy();
  if (res.destroyed) return; // The client has gone, and so the request was given up.
  if (res.headersSent) return void res.destroy(); // As the server broke off, so does km.
  const unreached = `The server ${upstream.url.host} cannot be reached (${error.code ?? error.message}).`;
  if (!(error instanceof Unjudgeable)) upstream.failed(error.code ?? error.message);
  const message = error instanceof Unjudgeable ? error.message : unreached;
  if (id !== null) sayFor(relayed, 's2c', { jsonrpc: '2.0', id, error: { code: codes.internal, message } });
  refuse(res, 502, message, id);
}

function refuse(res: ServerResponse, status: number, message: string, id: RpcId): void {
  const code = status === 400 ? codes.invalidRequest : codes.internal;
  res.writeHead(status, { 'Content-Type': 'application/json' }).end(errorText({ code, message, id }));
}

function idOf({ kind, outlines }: Message): RpcId {
  return (kind === 'request' ? outlines[0]?.id : undefined) ?? null;
}
