import type { IncomingMessage } from 'node:http';
import type { After } from '../after.ts';
import type { RpcId } from '../message/message.ts';
import { errorLine, unreachableCode } from './answers.ts';
import type { Authorization } from './authorization.ts';
import { backoffMs, pause } from './backoff.ts';
import { HttpClient, type HttpRequest, neverSent, type TlsOptions } from './http-client.ts';
import { LineOutlet } from './line-outlet.ts';
import { OpenRequests } from './open-requests.ts';
import type { Posted } from './posted.ts';

/** What a server across the network is reached with. */
export interface LinkParts {
  readonly url: URL;
  /** Sent with each request; in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly tls?: TlsOptions | undefined;
  /** What https is spoken through. */
  readonly proxy?: URL | undefined;
  /** Gets tokens, where the user has given none. */
  readonly authorization?: Authorization;
  /** How often a request that did not get through is tried again (`proxy.max_retries`). */
  readonly retriesMax: number;
  /** Tells the user what no request waits for. */
  readonly onFault: (message: string) => void;
  readonly after: After;
  readonly random: () => number;
  /** Milliseconds on a clock that never goes back. */
  readonly now: () => number;
}

/** How long a server may want to be left alone before km gives up on it instead, in seconds. */
const retryAfterMax = 10;

/** The server's side of a run over HTTP, whichever transport it speaks: requests go out, lines come in. */
export class Link {
  readonly parts: LinkParts;
  readonly open = new OpenRequests();
  readonly outlet = new LineOutlet();
  readonly #http: HttpClient;
  readonly #over = new AbortController();

  constructor(parts: LinkParts) {
    this.parts = parts;
    this.#http = new HttpClient(parts.tls, parts.proxy);
  }

  /** Given up when the run is over. */
  get signal(): AbortSignal {
    return this.#over.signal;
  }

  /** Sends a request; and once more when the server wanted an authorization that was to be had. */
  async send(request: HttpRequest, awaitsAnswer = false): Promise<IncomingMessage> {
    const { authorization } = this.parts;
    const answer = await this.#sendOften(await this.#authorized(request), awaitsAnswer);
    const { statusCode = 0, headers } = answer;
    if (authorization === undefined || (statusCode !== 401 && statusCode !== 403)) return answer;
    const granted = await authorization.challenged(statusCode, headers['www-authenticate']).catch((error: unknown) => {
      answer.resume();
      throw error;
    });
    if (!granted) return answer;
    answer.resume();
    return this.#sendOften(await this.#authorized(request), awaitsAnswer);
  }

  async #authorized(request: HttpRequest): Promise<HttpRequest> {
    const value = await this.parts.authorization?.header();
    const own = value === undefined ? {} : { authorization: value };
    return { ...request, headers: { ...this.parts.headers, ...own, ...request.headers } };
  }

  /** Again while it cannot have been seen, or the server asks for that. */
  async #sendOften(request: HttpRequest, awaitsAnswer: boolean): Promise<IncomingMessage> {
    const { retriesMax, after, random } = this.parts;
    for (let tries = 1; ; tries++) {
      const last = tries > retriesMax || request.signal.aborted;
      let waitMs = backoffMs(tries, random);
      try {
        const answer = await this.#http.send(request, awaitsAnswer);
        const wished = wishedWaitMs(answer);
        if (wished === undefined || last) return answer;
        answer.resume();
        waitMs = wished;
      } catch (error) {
        if (last || request.signal.aborted || !neverSent(error)) throw error;
      }
      await pause(waitMs, after, request.signal);
    }
  }

  /** Hands a line on to the client; a promise while it does not read. Tells what the line answered. */
  deliver(line: Uint8Array, onAnswer: (answer: ReturnType<OpenRequests['answeredBy']>[number]) => void) {
    for (const answer of this.open.answeredBy(line)) onAnswer(answer);
    return this.outlet.put(line);
  }

  /** Answers what still waits of these in the server's stead; where nobody waits, the user is told. */
  fail({ asks }: Posted, message: string, code = unreachableCode): void {
    if (this.signal.aborted) return;
    if (asks.length === 0) this.parts.onFault(message);
    for (const id of this.open.waiting(asks)) this.answer(id, errorLine(id, code, message));
  }

  /** Answers all that waits. */
  failAll(message: string): void {
    for (const id of this.open.ids) this.answer(id, errorLine(id, unreachableCode, message));
  }

  /** Answers one request. */
  answer(id: RpcId, line: Uint8Array): void {
    this.open.forget(id);
    this.outlet.put(line);
  }

  /** Gives up all that is under way. */
  abort(): void {
    this.#over.abort();
  }

  /** Sends what still has to be said when all else has been given up. */
  async sendLast(request: Omit<HttpRequest, 'signal'>, signal: AbortSignal): Promise<void> {
    const answer = await this.#http.send(await this.#authorized({ ...request, signal }));
    answer.resume();
  }

  close(): void {
    this.abort();
    this.#http.close();
  }
}

/** How long a busy server wants to be left alone, in milliseconds; undefined when it is not busy, or for too long. */
function wishedWaitMs({ statusCode, headers }: IncomingMessage): number | undefined {
  if (statusCode !== 429 && statusCode !== 503) return undefined;
  const seconds = Number(headers['retry-after'] ?? Number.NaN);
  return seconds >= 0 && seconds <= retryAfterMax ? seconds * 1_000 : undefined;
}
