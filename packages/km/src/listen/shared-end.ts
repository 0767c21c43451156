import type { Writable } from 'node:stream';
import { type Edit, edited, placeOf } from '../message/members.ts';
import type { Rpc, RpcId } from '../message/message.ts';
import { parse } from '../message/outline.ts';
import { messagesOf, type Said } from './answer-line.ts';
import { lineSink } from './line-sink.ts';
import { LineSource } from './line-source.ts';
import { ownMeta } from './modern-request.ts';
import { ParamHeaders } from './param-headers.ts';
import type { Posted } from './read-posted.ts';
import type { Reply } from './reply.ts';
import { codes, errorText } from './rpc-error.ts';
import type { ClientEnd, Served } from './served.ts';

/** So much may wait for one client. It is cut off then: others use the same server, and none of them may wait for it. */
const unreadBytesMax = 8_388_608;

/** A client that takes nothing of what waits for so many beats is cut off. */
const stalledBeatsMax = 30;

/** Every so many beats a stream says that it lives. */
const keepAliveBeats = 15;

const subscriptionKey = 'io.modelcontextprotocol/subscriptionId';
const logLevelKey = 'io.modelcontextprotocol/logLevel';

/** HTTP statuses that errors of the protocol have; all others are answers like any. */
const statuses: Readonly<Record<number, number>> = {
  [codes.methodNotFound]: 404,
  [codes.headerMismatch]: 400,
  [codes.missingCapability]: 400,
  [codes.unsupportedVersion]: 400,
};

/** A request under way. */
interface Call {
  readonly reply: Reply;
  readonly method: string;
  /** The id and the progress token as the client spelt them. */
  readonly idText: string;
  readonly tokenText: string | undefined;
  readonly wantsLog: boolean;
}

/**
 * The one client end of all clients of MCP 2026-07-28 and later. Each HTTP request stands for itself, and each client counts
 * its ids from 1, so ids are replaced by numbers of our own on the way in, and put back on the way out. All other bytes stay.
 */
export class SharedEnd {
  readonly sink: Writable;
  /** What tools want repeated in headers, as far as it is known. */
  readonly paramHeaders = new ParamHeaders();
  readonly #source = new LineSource();
  readonly #calls = new Map<number, Call>();
  /** What is waited for by km itself. */
  readonly #asked = new Map<number, (response: Rpc | undefined) => void>();
  #versions: Promise<readonly string[] | undefined> | undefined;
  #served: Served | undefined;
  #number = 0;
  #beats = 0;
  #idleBeats = 0;

  constructor() {
    this.sink = lineSink((line) => {
      for (const said of messagesOf(line)) {
        if (said.rpc.method === undefined) this.#respond(said);
        else this.#notify(said);
      }
      return undefined;
    });
  }

  get end(): ClientEnd {
    return { source: this.#source.readable, sink: this.sink };
  }

  attach(served: Served): void {
    this.#served = served;
  }

  get open(): boolean {
    return this.#source.open;
  }

  get waitingBytes(): number {
    return this.#source.waitingBytes;
  }

  /** Seconds for which there was no request. */
  get idleBeats(): number {
    return this.#idleBeats;
  }

  /** True while a client waits for an answer that comes to an end. */
  get busy(): boolean {
    for (const { method } of this.#calls.values()) if (method !== 'subscriptions/listen') return true;
    return false;
  }

  post({ line, kind, rpc }: Posted, reply: Reply): void {
    this.#idleBeats = 0;
    if (kind === 'request') {
      this.#call(line, rpc, reply);
      return;
    }
    // Which request it means cannot be told: ids are the clients' own. Over HTTP one cancels by disconnecting.
    if (rpc.method !== 'notifications/cancelled') this.#source.put(line);
    reply.send(202);
  }

  /** The revisions that the server speaks; undefined where it does not say. It is asked once, and only when somebody wants to know. */
  versions(): Promise<readonly string[] | undefined> {
    this.#versions ??= this.#ask('server/discover').then((response) => {
      const { supportedVersions } = (response?.result ?? {}) as { supportedVersions?: unknown };
      return Array.isArray(supportedVersions) ? supportedVersions.map(String) : undefined;
    });
    return this.#versions;
  }

  /** The server is given EOF. */
  close(): void {
    this.#source.end();
  }

  /** Ends the streams that would never end. */
  endSubscriptions(): void {
    for (const [number, { method, reply }] of this.#calls) {
      if (method !== 'subscriptions/listen') continue;
      this.#calls.delete(number);
      reply.startStream();
      reply.end();
    }
  }

  /** The server has ended: whoever still waits is told so. */
  serverEnded(why: string): void {
    for (const tell of this.#asked.values()) tell(undefined);
    for (const [number, call] of [...this.#calls]) {
      const error = { code: codes.internal, message: `${why} It gave no answer.` };
      this.#served?.said(Buffer.from(errorText({ ...error, id: number })));
      const id = JSON.parse(call.idText) as RpcId;
      this.#finish(number, call, Buffer.from(errorText({ ...error, id })), 200);
    }
  }

  /** Once a second. */
  beat(): void {
    this.#beats++;
    this.#idleBeats = this.#calls.size > 0 ? 0 : this.#idleBeats + 1;
    for (const { reply } of this.#calls.values()) {
      if (reply.beat() >= stalledBeatsMax) reply.cut();
      else if (this.#beats % keepAliveBeats === 0) {
        reply.startStream();
        reply.keepAlive();
      }
    }
  }

  /** A question of km's own. */
  #ask(method: string): Promise<Rpc | undefined> {
    const id = ++this.#number;
    this.#source.put(Buffer.from(JSON.stringify({ jsonrpc: '2.0', id, method, params: { _meta: ownMeta } })));
    return new Promise((resolve) => {
      this.#asked.set(id, resolve);
    });
  }

  #call(line: Uint8Array, { method = '', params }: Rpc, reply: Reply): void {
    const number = ++this.#number;
    const meta = (params as { _meta?: Record<string, unknown> } | undefined)?._meta;
    const idPlace = placeOf(line, ['id']);
    if (idPlace === undefined) throw new Error('A request has an id.');
    const tokenPlace =
      meta?.progressToken === undefined ? undefined : placeOf(line, ['params', '_meta', 'progressToken']);
    const edits: Edit[] = [{ place: idPlace, text: String(number) }];
    if (tokenPlace) edits.push({ place: tokenPlace, text: String(number) });
    const textOf = ({ start, end }: Edit['place']) => Buffer.from(line.subarray(start, end)).toString();
    this.#calls.set(number, {
      reply,
      method,
      idText: textOf(idPlace),
      tokenText: tokenPlace && textOf(tokenPlace),
      wantsLog: meta?.[logLevelKey] !== undefined,
    });
    reply.onGone(() => this.#cancel(number));
    this.#source.put(edited(line, edits));
  }

  /** To disconnect is to cancel. */
  #cancel(number: number): void {
    if (!this.#calls.delete(number)) return;
    const params = { requestId: number, reason: 'The client has disconnected.' };
    this.#source.put(Buffer.from(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params })));
  }

  #notify({ line, rpc }: Said): void {
    // A server of these revisions sends no requests: nobody could be asked.
    if (rpc.id !== undefined) return;
    const whole = parse(line) as Rpc;
    const [call, path] = this.#meant(whole);
    if (call === undefined) return;
    this.#tell(call, path === undefined ? line : restored(line, path, call));
    const ends = rpc.method === 'notifications/cancelled';
    if (ends) this.#endOf(call);
  }

  /** Whose request a notification belongs to, and where in it that request's id or token stands. */
  #meant({ method, params }: Rpc): [Call | undefined, (readonly string[])?] {
    const { _meta, progressToken, requestId } = (params ?? {}) as Record<string, unknown>;
    const subscription = (_meta as Record<string, unknown> | undefined)?.[subscriptionKey];
    if (subscription !== undefined)
      return [this.#calls.get(Number(subscription)), ['params', '_meta', subscriptionKey]];
    if (method === 'notifications/progress')
      return [this.#calls.get(Number(progressToken)), ['params', 'progressToken']];
    if (method === 'notifications/cancelled') return [this.#calls.get(Number(requestId)), ['params', 'requestId']];
    // Nothing on stdio tells whose a log message is: it goes to the only one who asked for such, or to nobody.
    const [only, other] = [...this.#calls.values()].filter(({ wantsLog }) => wantsLog);
    return [method === 'notifications/message' && other === undefined ? only : undefined];
  }

  #tell({ reply }: Call, line: Uint8Array): void {
    reply.startStream();
    reply.event(line);
    if (reply.waitingBytes > unreadBytesMax) reply.cut();
  }

  #endOf(call: Call): void {
    for (const [number, one] of this.#calls) if (one === call) this.#calls.delete(number);
    call.reply.end();
  }

  #respond({ line, rpc: { id, error } }: Said): void {
    const number = Number(id);
    const tell = this.#asked.get(number);
    if (tell && this.#asked.delete(number)) tell(parse(line) as Rpc);
    const call = this.#calls.get(number);
    if (call === undefined) return; // Cancelled meanwhile.
    if (call.method === 'tools/list') this.paramHeaders.learn((parse(line) as Rpc).result);
    const listens = call.method === 'subscriptions/listen';
    const out = restored(line, ['id'], call, listens ? ['result', '_meta', subscriptionKey] : undefined);
    this.#finish(number, call, out, error === undefined ? 200 : statusOf(line));
  }

  #finish(number: number, { reply }: Call, line: Uint8Array, status: number): void {
    this.#calls.delete(number);
    if (reply.streaming) {
      reply.event(line);
      reply.end();
    } else reply.send(status, line);
  }
}

/** Puts back what the client had called its request. */
function restored(
  line: Uint8Array,
  ...[path, call, more]: [readonly string[], Call, (readonly string[])?]
): Uint8Array {
  const text = path.at(-1) === 'progressToken' ? (call.tokenText ?? call.idText) : call.idText;
  const places = [placeOf(line, path), more && placeOf(line, more)];
  return edited(
    line,
    places.flatMap((place) => (place ? [{ place, text }] : [])),
  );
}

function statusOf(line: Uint8Array): number {
  const { error } = parse(line) as { error?: { code?: unknown } };
  return statuses[Number(error?.code)] ?? 200;
}
