import type { Writable } from 'node:stream';
import type { Rpc, RpcId } from '../message/message.ts';
import { messagesOf, type Said } from './answer-line.ts';
import { EventStore } from './event-store.ts';
import { EventStream } from './event-stream.ts';
import { LegacyAnswer } from './legacy-answer.ts';
import { lineSink } from './line-sink.ts';
import { LineSource } from './line-source.ts';
import type { PostedBody } from './read-posted.ts';
import type { Reply } from './reply.ts';
import { codes, errorText, type Refusal } from './rpc-error.ts';
import type { ClientEnd, Served } from './served.ts';

/** So much may wait for a client before the server is not read any more. */
const unreadBytesMax = 262_144;

/** A client that takes nothing of what waits for so many beats is cut off; it may come back for the rest. */
const stalledBeatsMax = 30;

/** So many requests may be open: as many as are paired with their responses. */
const answersMax = 10_000;

/** Every so many beats a stream says that it lives. */
const keepAliveBeats = 15;

/** So many streams are remembered after they have ended. */
const streamsMax = 1_000;

/** The stream of what belongs to no request. */
const ownStream = '0';

/** Revisions whose clients send arrays. */
const batches = '2025-03-26';

/** From here on clients understand an event that has an id and no data. */
const primesFrom = '2025-11-25';

const changed = /^notifications\/(?:(?:tools|prompts|resources)\/list_changed|resources\/updated|tasks\/status)$/;

/**
 * One session of MCP up to 2025-11-25: one client over HTTP, one server of its own behind it. To the proxy it is the client
 * end: what is posted comes out of its source, and what the server says goes into its sink, and from there to the one HTTP
 * answer it belongs to.
 */
export class LegacySession {
  readonly id: string;
  readonly sink: Writable;
  readonly #source = new LineSource();
  readonly #store = new EventStore();
  readonly #streams = new Map<string, EventStream>();
  readonly #own = this.#openStream(ownStream);
  /** By the id of the request, oldest first. */
  readonly #answers = new Map<RpcId, LegacyAnswer>();
  readonly #byToken = new Map<RpcId, LegacyAnswer>();
  #served: Served | undefined;
  #streamNumber = 0;
  #beats = 0;
  #idleBeats = 0;
  #initializeId: RpcId | undefined;
  #version = '';
  #over = false;

  constructor(id: string) {
    this.id = id;
    this.sink = lineSink((line) => this.#hear(line));
  }

  get end(): ClientEnd {
    return { source: this.#source.readable, sink: this.sink };
  }

  /** The server runs: what it leaves unanswered when it ends is answered in its stead. */
  attach(served: Served): void {
    this.#served = served;
  }

  /** False once it takes no more messages. */
  get open(): boolean {
    return !this.#over && this.#source.open;
  }

  /** Bytes that were posted and that the server has not taken. */
  get waitingBytes(): number {
    return this.#source.waitingBytes;
  }

  /** Seconds for which no client was there. */
  get idleBeats(): number {
    return this.#idleBeats;
  }

  /** True while a client waits for a response. */
  get busy(): boolean {
    for (const { reply } of this.#answers.values()) if (reply?.live) return true;
    return false;
  }

  /** Takes what was posted, or says why not. */
  post({ messages, batch }: PostedBody, reply: Reply): Refusal | undefined {
    this.#idleBeats = 0;
    const requests = messages.filter(({ kind }) => kind === 'request').map(({ rpc }) => rpc);
    const wrong = this.#wrong(requests, batch);
    if (wrong !== undefined) return { status: 400, code: codes.invalidRequest, message: wrong };
    if (requests.length > 0) this.#expect(requests, batch, reply);
    for (const { line, rpc } of messages) {
      this.#source.put(line);
      if (rpc.method === 'notifications/cancelled') this.#abandon(rpc);
    }
    if (requests.length === 0) reply.send(202);
    return undefined;
  }

  /** A client connects to hear what belongs to no request, or comes back for what it missed. */
  listen(reply: Reply, lastEventId: string | undefined): Refusal | undefined {
    this.#idleBeats = 0;
    const missed = lastEventId === undefined ? undefined : this.#store.after(lastEventId);
    const stream = lastEventId === undefined ? this.#own : this.#streams.get(missed?.stream ?? '');
    stream?.connect(reply, lastEventId);
    const message = 'The events after this Last-Event-ID are not kept any more, or never were.';
    return stream ? undefined : { status: 400, code: codes.invalidRequest, message };
  }

  /** The client takes its leave, or has long been gone: the server is given EOF. */
  close(): void {
    this.#source.end();
    for (const stream of this.#streams.values()) stream.end();
  }

  /** The server has ended: whoever still waits is told so. */
  serverEnded(why: string): void {
    this.#over = true;
    for (const [id, answer] of [...this.#answers]) {
      const line = Buffer.from(errorText({ code: codes.internal, message: `${why} It gave no answer.`, id }));
      this.#served?.said(line);
      this.#respond(id, answer, line);
    }
    for (const stream of this.#streams.values()) stream.end();
  }

  /** Once a second. */
  beat(): void {
    this.#beats++;
    const replies = new Set<Reply>();
    for (const answer of this.#answers.values()) {
      answer.beat();
      if (answer.reply?.live) replies.add(answer.reply);
    }
    if (this.#own.reply?.live) replies.add(this.#own.reply);
    this.#idleBeats = replies.size > 0 ? 0 : this.#idleBeats + 1;
    for (const reply of replies) {
      if (reply.beat() >= stalledBeatsMax) reply.cut();
      else if (this.#beats % keepAliveBeats === 0) reply.keepAlive();
    }
  }

  #wrong(requests: readonly Rpc[], batch: boolean): string | undefined {
    if (batch && this.#version !== batches) return 'Batches exist in MCP 2025-03-26 only.';
    const ids = requests.map(({ id }) => id as RpcId); // A request has one.
    if (new Set(ids).size < ids.length || ids.some((id) => this.#answers.has(id)))
      return 'A request with this id is still open.';
    return this.#answers.size > answersMax ? 'Too many requests of this session are open.' : undefined;
  }

  #expect(requests: readonly Rpc[], batch: boolean, reply: Reply): void {
    const begins = requests.some(({ method }) => method === 'initialize');
    const ids = requests.map(({ id }) => id as RpcId);
    if (begins) this.#initializeId = ids[0];
    const tokens = requests.map(({ params }) => progressTokenOf(params)).filter((token) => token !== undefined);
    const answer = new LegacyAnswer({
      reply,
      ids,
      tokens,
      batch,
      headers: () => (begins ? { 'Mcp-Session-Id': this.id } : {}),
      openStream: () => this.#openStream((++this.#streamNumber).toString(36)),
      primes: () => this.#version >= primesFrom,
    });
    for (const id of ids) this.#answers.set(id, answer);
    for (const token of tokens) this.#byToken.set(token, answer);
  }

  #hear(line: Uint8Array): Promise<void> | undefined {
    let full: Promise<void> | undefined;
    for (const said of messagesOf(line)) {
      const reply = this.#hand(said);
      if (reply && reply.waitingBytes > unreadBytesMax) full = reply.room();
    }
    return full;
  }

  /** Hands a message to the one answer or stream it belongs to; gives the connection it went over, if it went over one. */
  #hand({ line, rpc }: Said): Reply | undefined {
    const { id, method } = rpc;
    if (method === undefined) {
      const answer = this.#answers.get(id ?? null);
      if (answer === undefined) return undefined; // Late, or to nobody: on record it is.
      this.#learn(id ?? null, line);
      return this.#respond(id ?? null, answer, line);
    }
    const answer = this.#answerFor(rpc);
    if (answer) answer.tell(line);
    else this.#own.send(line);
    return (answer ?? this.#own).reply;
  }

  #respond(id: RpcId, answer: LegacyAnswer, line: Uint8Array): Reply | undefined {
    const { reply } = answer;
    answer.respond(id, line);
    this.#forget(id, answer);
    return reply;
  }

  /**
   * The request that a message of the server's belongs to; undefined for one that belongs to none. stdio does not say, so what
   * is no answer goes to the request asked last: its client is there.
   */
  #answerFor({ method, params }: Rpc): LegacyAnswer | undefined {
    if (method === 'notifications/progress') {
      const byToken = this.#byToken.get((params as { progressToken?: RpcId } | undefined)?.progressToken ?? null);
      if (byToken) return byToken;
    }
    if (changed.test(method ?? '') && this.#own.connected) return undefined;
    return [...this.#answers.values()].reverse().find(({ reply }) => reply?.live);
  }

  #abandon({ params }: Rpc): void {
    const id = (params as { requestId?: RpcId } | undefined)?.requestId ?? null;
    const answer = this.#answers.get(id);
    if (answer === undefined) return;
    answer.abandon(id);
    this.#forget(id, answer);
  }

  #forget(id: RpcId, answer: LegacyAnswer): void {
    this.#answers.delete(id);
    if (answer.over) for (const token of answer.tokens) this.#byToken.delete(token);
  }

  /** The revision that client and server have settled on. */
  #learn(id: RpcId, line: Uint8Array): void {
    if (id !== this.#initializeId) return;
    this.#initializeId = undefined;
    const { result } = JSON.parse(Buffer.from(line).toString()) as { result?: { protocolVersion?: unknown } };
    this.#version = String(result?.protocolVersion ?? '');
    if (result === undefined) this.#source.end(); // Nothing has begun, and the client will not come back to it.
  }

  #openStream(name: string): EventStream {
    const stream = new EventStream(name, this.#store);
    this.#streams.set(name, stream);
    for (const [old, { over }] of this.#streams) {
      if (this.#streams.size <= streamsMax) break;
      if (over) this.#streams.delete(old);
    }
    return stream;
  }
}

function progressTokenOf(params: unknown): RpcId | undefined {
  return (params as { _meta?: { progressToken?: RpcId } } | undefined)?._meta?.progressToken;
}
