import { type ErrorCode, KmError } from '@kilometers/core/errors.ts';
import type { HttpAnswer } from './http-request.ts';

interface ApiErrorDetails {
  readonly status?: number;
  readonly problem?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/** The control plane said no, or nothing. */
export class ApiError extends KmError {
  /** Of HTTP; undefined where no answer came. */
  readonly status: number | undefined;
  /** What the server calls it: one of `problemTable`, or one of a newer server. */
  readonly problem: string | undefined;
  /** How long the server asks to be left alone. */
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, { status, problem, retryAfterMs, cause }: ApiErrorDetails) {
    super(code, message, { cause });
    this.status = status;
    this.problem = problem;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Told by its fields, not its class: each lazily loaded chunk carries a class of its own. */
export function isApiError(error: unknown): error is ApiError {
  return error instanceof Error && error.name === 'KmError' && 'retryAfterMs' in error;
}

/** No answer came, or not in time. */
export function unreachable(apiUrl: string, cause: unknown): ApiError {
  const late = cause instanceof Error && cause.name === 'TimeoutError';
  const message = `The control plane at ${hostOf(apiUrl)} ${late ? 'did not answer in time' : 'cannot be reached'}.`;
  return new ApiError('network.unreachable', message, { cause: late ? undefined : cause });
}

/** What came is no answer of this API. */
export function unreadable(apiUrl: string, { status }: HttpAnswer, what: string): ApiError {
  const message = `${hostOf(apiUrl)} answered with something that is not of the API of Kilometers (${what}).`;
  return new ApiError('network.bad-answer', message, { status });
}

/** A status that is no success, with what its problem document says. */
export function problemError(apiUrl: string, answer: HttpAnswer): ApiError {
  const { status, headers } = answer;
  const { code, title, detail, retry_after } = documentOf(answer.text);
  const said = [title, detail].filter((one) => one !== undefined).join(' ');
  const message = `${hostOf(apiUrl)} answered with ${status}${code ? ` (${code})` : ''}${said ? `: ${said}` : '.'}`;
  const retryAfterMs = retryAfter(headers['retry-after'] ?? retry_after);
  return new ApiError(codeFor(status), message, { status, problem: code, retryAfterMs });
}

function codeFor(status: number): ErrorCode {
  if (status === 401) return 'account.refused';
  if (status === 402 || status === 403) return 'account.not-entitled';
  if (status === 429) return 'network.busy';
  if (status >= 500) return 'network.server-failed';
  return status < 400 ? 'network.bad-answer' : 'network.request-refused';
}

const wordsMax = 300;

/** Only short plain words are taken over: whoever answers may be anybody, and it ends up on a terminal. */
function documentOf(text: string): { code?: string; title?: string; detail?: string; retry_after?: number } {
  try {
    const { code, error, title, detail, retry_after } = JSON.parse(text) as Record<string, unknown>;
    const name = [code, error].find((one) => typeof one === 'string' && /^[\w.-]{1,60}$/.test(one));
    return {
      ...(name !== undefined && { code: name as string }),
      ...(typeof title === 'string' && { title: plain(title) }),
      ...(typeof detail === 'string' && { detail: plain(detail) }),
      ...(typeof retry_after === 'number' && { retry_after }),
    };
  } catch {
    return {}; // A proxy in between answers with a page.
  }
}

function plain(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ').slice(0, wordsMax);
}

/** Seconds or a date, as HTTP has it. */
function retryAfter(value: string | number | undefined): number | undefined {
  if (value === undefined) return undefined;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(String(value)) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

function hostOf(apiUrl: string): string {
  return URL.canParse(apiUrl) ? new URL(apiUrl).host : apiUrl;
}
