import type { IncomingMessage } from 'node:http';
import type { EventSourceMessage } from 'eventsource-parser';
import { ParamHeaders } from '../listen/param-headers.ts';
import type { Rpc, RpcId } from '../message/message.ts';
import { errorInBody, oneLine, sessionLostCode } from './answers.ts';
import { follow, type Place } from './follow.ts';
import { wholeBody } from './http-client.ts';
import type { Link } from './link.ts';
import { messageHeaders } from './message-headers.ts';
import { OldStream } from './old-stream.ts';
import type { Posted } from './posted.ts';
import { isEventStream, readEvents } from './read-events.ts';
import { brokenOff, connectionTrouble, noAnswer, sessionLost, statusTrouble } from './trouble.ts';

/** Of an error's body so much is read. */
const errorBytesMax = 1_048_576;

/** How far one message has got, for whoever keeps the order. */
export interface Progress {
  /** All of it has left. */
  readonly onWritten: () => void;
  /** The server has begun to answer. */
  readonly onTaken: () => void;
}

/** These may mean that a server speaks the transport of 2024-11-05 only. */
const oldStatuses: ReadonlySet<number> = new Set([400, 404, 405, 406, 415]);

/**
 * A server that speaks Streamable HTTP, of any revision, or the older HTTP with SSE, which is found out by itself. The client
 * leads: nothing is said to the server that the client has not said.
 *
 * @see https://modelcontextprotocol.io/specification — transports
 */
export class Upstream {
  readonly #link: Link;
  readonly #declared = new ParamHeaders();
  /** True once the server has taken a message: it speaks Streamable HTTP. */
  #known = false;
  #old: OldStream | undefined;
  #session: string | undefined;
  #sessionLost = false;
  /** What client and server have agreed on with `initialize`; or what the client named last, from 2026-07-28 on. */
  #version: string | undefined;
  #legacy = false;
  #standing: AbortController | undefined;

  constructor(link: Link) {
    this.#link = link;
  }

  /** True once it is known which transport the server speaks. */
  get known(): boolean {
    return this.#known || this.#old !== undefined;
  }

  /** True once client and server have agreed on a revision before 2026-07-28. */
  get legacy(): boolean {
    return this.#legacy;
  }

  /** Posts a message and sees to its answer. Never throws: whoever waits is told. */
  async post(posted: Posted, signal: AbortSignal, progress: Progress): Promise<void> {
    try {
      await this.#post(posted, signal, progress);
    } catch (error) {
      // Given up by whoever asked: there is nobody to tell.
      if (!signal.aborted) this.#link.fail(posted, connectionTrouble(this.#link.parts.url, error));
    }
  }

  /** The request that ends the session; undefined where there is none. */
  get farewell():
    | { readonly method: 'DELETE'; readonly url: URL; readonly headers: Record<string, string> }
    | undefined {
    if (this.#session === undefined) return undefined;
    return { method: 'DELETE', url: this.#link.parts.url, headers: this.#sessionHeaders() };
  }

  async #post(posted: Posted, signal: AbortSignal, { onWritten, onTaken }: Progress): Promise<void> {
    if (posted.method === 'initialize') this.#begin();
    else if (this.#sessionLost) return this.#link.fail(posted, sessionLost, sessionLostCode);
    if (this.#old) return this.#old.post(posted, signal);
    if (posted.version !== undefined) this.#version = posted.version;
    const headers = {
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      ...this.#sessionHeaders(),
      ...messageHeaders(posted, this.#declared),
    };
    const { url } = this.#link.parts;
    const request = { method: 'POST', url, headers, body: posted.line, signal, onWritten } as const;
    const answer = await this.#link.send(request, posted.asks.length > 0);
    onTaken();
    await this.#receive(posted, answer, signal);
  }

  /** A new session begins; nothing of one before holds any more. */
  #begin(): void {
    this.#standing?.abort();
    this.#standing = undefined;
    this.#session = undefined;
    this.#sessionLost = false;
    this.#version = undefined;
    this.#legacy = false;
  }

  async #receive(posted: Posted, answer: IncomingMessage, signal: AbortSignal): Promise<void> {
    const { statusCode = 0 } = answer;
    if (statusCode < 200 || statusCode >= 300) return this.#refused(posted, answer, signal);
    this.#known = true;
    if (posted.method === 'initialize') this.#session = text(answer.headers['mcp-session-id']);
    if (isEventStream(answer)) await this.#receiveStream(posted, answer, signal);
    else await this.#receiveBody(posted, answer);
    if (posted.method === 'notifications/initialized' && posted.version === undefined) this.#stand();
  }

  async #receiveBody(posted: Posted, answer: IncomingMessage): Promise<void> {
    const body = await wholeBody(answer).catch(() => undefined);
    const { url } = this.#link.parts;
    if (body === undefined) return this.#link.fail(posted, brokenOff(url));
    // A server that answers a notification with words has nothing to say to the client.
    if (posted.asks.length === 0 && !isJson(answer)) return;
    if (isJson(answer) && body.length > 0) await this.#deliver(body);
    this.#failWaiting(posted, noAnswer(url, answer.headers['content-type']));
  }

  async #receiveStream(posted: Posted, answer: IncomingMessage, signal: AbortSignal): Promise<void> {
    let place: Place = { lastEventId: undefined, retryMs: undefined };
    await readEvents(answer, {
      onEvent: (event) => {
        place = { ...place, lastEventId: event.id ?? place.lastEventId };
        return this.#take(event);
      },
      onRetry: (retryMs) => {
        place = { ...place, retryMs };
      },
    });
    const answered = () => this.#link.open.waiting(posted.asks).length === 0;
    if (!answered() && place.lastEventId !== undefined) await this.#resume(place, answered, signal);
    if (!signal.aborted) this.#failWaiting(posted, brokenOff(this.#link.parts.url));
  }

  /** The rest of a stream that broke off, from the server's memory. */
  #resume(from: Place, done: () => boolean, signal: AbortSignal): Promise<unknown> {
    const open = (lastEventId: string | undefined) => this.#get(lastEventId, signal);
    return follow({ open, onEvent: (event) => this.#take(event), done, from, signal }, this.#link.parts);
  }

  /** The stream for what the server says of its own accord, where it has one. */
  #stand(): void {
    const standing = new AbortController();
    this.#standing?.abort();
    this.#standing = standing;
    const signal = AbortSignal.any([standing.signal, this.#link.signal]);
    const open = (lastEventId: string | undefined) => this.#get(lastEventId, signal);
    const followed = { open, onEvent: (event: EventSourceMessage) => this.#take(event), done: () => false, signal };
    follow(followed, this.#link.parts).then((status) => {
      if (signal.aborted || status === 405) return;
      if (status === 404 && this.#session !== undefined) this.#loseSession();
      else if (status === undefined) {
        this.#link.parts.onFault('The stream of what the server says of its own accord is gone.');
      }
    });
  }

  #get(lastEventId: string | undefined, signal: AbortSignal): Promise<IncomingMessage> {
    const from = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
    const headers = { accept: 'text/event-stream', ...this.#sessionHeaders(), ...from };
    return this.#link.send({ method: 'GET', url: this.#link.parts.url, headers, signal });
  }

  #take({ data, event }: EventSourceMessage): Promise<void> | undefined {
    // An event without data carries only its id, to go on from.
    if (data === '' || (event !== undefined && event !== 'message')) return undefined;
    return this.#deliver(Buffer.from(data));
  }

  #deliver(json: Uint8Array): Promise<void> | undefined {
    return this.#link.deliver(oneLine(json), ({ rpc, posted }) => this.#learn(rpc, posted));
  }

  #learn({ result }: Rpc, { method }: Posted): void {
    if (method === 'tools/list') this.#declared.learn(result);
    if (method !== 'initialize') return;
    const { protocolVersion } = (result ?? {}) as { protocolVersion?: unknown };
    if (typeof protocolVersion !== 'string') return;
    this.#version = protocolVersion;
    this.#legacy = true;
  }

  async #refused(posted: Posted, answer: IncomingMessage, signal: AbortSignal): Promise<void> {
    const { statusCode = 0 } = answer;
    const body = await wholeBody(answer, errorBytesMax).catch(() => Buffer.alloc(0));
    if (statusCode === 404 && this.#session !== undefined) {
      this.#loseSession();
      return this.#link.fail(posted, sessionLost, sessionLostCode);
    }
    const [id] = posted.asks;
    const line = errorInBody(body, id);
    if (line === undefined && !this.#known && oldStatuses.has(statusCode) && (await this.#openOld())) {
      return this.#old?.post(posted, signal);
    }
    if (line === undefined) return this.#link.fail(posted, statusTrouble(this.#link.parts.url, statusCode));
    this.#answerWith(line, posted, id);
  }

  #answerWith(line: Uint8Array, posted: Posted, id: RpcId | undefined): void {
    if (id === undefined) this.#link.fail(posted, 'The server refused a message that asks for no answer.');
    else if (this.#link.open.waiting([id]).length > 0) this.#link.answer(id, line);
    this.#failWaiting(posted, statusTrouble(this.#link.parts.url, 400));
  }

  async #openOld(): Promise<boolean> {
    this.#old = await OldStream.open({
      link: this.#link,
      onLine: (line) => this.#deliver(line),
      onLost: () => this.#loseOld(),
    });
    return this.#old !== undefined;
  }

  /** Without its stream none of the answers can come any more. */
  #loseOld(): void {
    this.#old = undefined;
    this.#loseSession();
    this.#link.failAll(brokenOff(this.#link.parts.url));
  }

  #loseSession(): void {
    this.#standing?.abort();
    this.#session = undefined;
    this.#sessionLost = true;
  }

  #failWaiting(posted: Posted, message: string): void {
    if (this.#link.open.waiting(posted.asks).length > 0) this.#link.fail(posted, message);
  }

  #sessionHeaders(): Record<string, string> {
    return {
      ...(this.#session !== undefined && { 'mcp-session-id': this.#session }),
      ...(this.#version !== undefined && { 'mcp-protocol-version': this.#version }),
    };
  }
}

function isJson({ headers }: IncomingMessage): boolean {
  return /^application\/(?:[\w.-]+\+)?json\b/i.test(headers['content-type'] ?? '');
}

function text(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
