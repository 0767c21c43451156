import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { apiVersion, type Operation } from '@kilometers/core/api/operation.ts';
import * as v from 'valibot';
import type { Secret } from '../config/secret.ts';
import { problemError, unreachable, unreadable } from './api-error.ts';
import { type HttpAnswer, type SendHttp, sendHttp, type TlsFiles } from './http-request.ts';

/** Gives the access token; told the one that was just refused, it gets another. Undefined: nobody is signed in. */
export type TokenSource = (refused?: Secret) => Promise<Secret | undefined>;

export interface ApiClientOptions {
  readonly apiUrl: string;
  /** Asked for operations that need one. */
  readonly token?: TokenSource;
  readonly tls?: TlsFiles | undefined;
  /** Ends every call that is under way. */
  readonly signal?: AbortSignal;
  /** Sends one request; tests hand in their own. */
  readonly send?: SendHttp;
}

type Input<S> = S extends v.GenericSchema ? v.InferInput<S> : undefined;
type Output<S> = S extends v.GenericSchema ? v.InferOutput<S> : undefined;

export interface CallOptions<T extends Operation> {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Input<T['body']>;
  /** The body as JSON text already, in the place of `body`: what was shown to somebody is then what is sent. */
  readonly json?: string;
  /** Compresses the body. */
  readonly gzip?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds until an answer that has not come whole counts as none. */
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
}

export interface ApiAnswer<T extends Operation> {
  readonly status: number;
  readonly headers: HttpAnswer['headers'];
  /** Undefined where the contract has no body, and with 304. */
  readonly value: Output<T['answer']['schema']> | undefined;
}

/** Asks the control plane, in the words of its contract. */
export interface ApiClient {
  /**
   * One call. A token that was refused as expired is renewed, and the call made again, once; nothing else is tried twice.
   *
   * @throws ApiError `account.*` where the server says no, `network.*` where no good answer came.
   */
  call<const T extends Operation>(operation: T, options?: CallOptions<T>): Promise<ApiAnswer<T>>;
}

const deadlineMsInitial = 10_000;
const compress = promisify(gzip);

/** A client of the control plane at `apiUrl`. Nothing is sent until the first call. */
export function openApiClient(options: ApiClientOptions): ApiClient {
  const { apiUrl, token } = options;
  return {
    async call(operation, call = {}) {
      const first = operation.needs === 'anyone' ? undefined : await token?.();
      let answer = await ask(options, operation, call, first);
      if (answer.status === 401 && first) {
        const second = await token?.(first);
        if (second && second.reveal() !== first.reveal()) answer = await ask(options, operation, call, second);
      }
      return { status: answer.status, headers: answer.headers, value: readValue(operation, answer, apiUrl) };
    },
  };
}

async function ask<T extends Operation>(
  { apiUrl, tls, signal, send = sendHttp }: ApiClientOptions,
  operation: T,
  call: CallOptions<T>,
  token: Secret | undefined,
): Promise<HttpAnswer> {
  const deadline = AbortSignal.timeout(call.deadlineMs ?? deadlineMsInitial);
  const signals = [deadline, signal, call.signal].filter((one) => one !== undefined);
  const body = await bodyOf(call);
  const headers = {
    Accept: 'application/json, application/problem+json',
    'Km-Api': apiVersion,
    ...(body !== undefined && { 'Content-Type': 'application/json', 'Content-Length': `${Buffer.byteLength(body)}` }),
    ...(body !== undefined && call.gzip && { 'Content-Encoding': 'gzip' }),
    ...(token && { Authorization: `Bearer ${token.reveal()}` }),
    ...call.headers,
  };
  const request = { method: operation.method, url: urlOf(apiUrl, operation, call), headers, tls };
  try {
    return await send({ ...request, ...(body !== undefined && { body }), signal: AbortSignal.any(signals) });
  } catch (cause) {
    throw unreachable(apiUrl, deadline.aborted ? deadline.reason : cause);
  }
}

async function bodyOf({
  body,
  json,
  gzip: compressed,
}: CallOptions<Operation>): Promise<string | Uint8Array | undefined> {
  const text = json ?? (body === undefined ? undefined : JSON.stringify(body));
  return text !== undefined && compressed ? compress(text) : text;
}

function urlOf(apiUrl: string, operation: Operation, { params = {}, query = {} }: CallOptions<Operation>): URL {
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  // Below the path of the address: an organisation may have put its control plane behind one.
  const url = new URL(apiUrl.replace(/\/+$/, '') + path);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url;
}

function readValue<T extends Operation>(
  { answer: { schema } }: T,
  answer: HttpAnswer,
  apiUrl: string,
): Output<T['answer']['schema']> | undefined {
  const { status, text } = answer;
  if (status === 304) return undefined;
  if (status < 200 || status > 299) throw problemError(apiUrl, answer);
  if (schema === undefined) return undefined;
  const result = v.safeParse(schema, parse(apiUrl, answer, text));
  if (!result.success) throw unreadable(apiUrl, answer, v.getDotPath(result.issues[0]) ?? 'the whole');
  return result.output as Output<T['answer']['schema']>; // What this very schema has made of it.
}

function parse(apiUrl: string, answer: HttpAnswer, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable(apiUrl, answer, 'the JSON'); // The body is not told: it may be anything.
  }
}
