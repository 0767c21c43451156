import { problemTable } from '@kilometers/core/api/problem.ts';
import { problemOf, Refusal } from '../problem.ts';
import type { RequestFacts } from '../route.ts';
import type { Services } from '../services.ts';

/** Classes of SQLSTATE that pass: no connection, too few resources, shutting down, deadlock, serialisation. */
const passing = /^(?:08|53|57|40)/;

/** The one place where what was thrown becomes an answer. What only the log may hear stays in `cause`. */
export function answerError(
  error: unknown,
  { id }: RequestFacts,
  { log, config }: Pick<Services, 'log' | 'config'>,
): Response {
  const refusal = error instanceof Refusal ? error : new Refusal(codeOf(error), { cause: error });
  const { status } = problemTable[refusal.code];
  if (status >= 500) log('error', 'request failed', { id, code: refusal.code, reason: reasonOf(refusal.cause) });
  const headers = new Headers({ 'Content-Type': 'application/problem+json' });
  if (status === 401) headers.set('WWW-Authenticate', 'Bearer');
  if (refusal.retryAfter !== undefined) headers.set('Retry-After', String(Math.ceil(refusal.retryAfter)));
  return new Response(JSON.stringify(problemOf(refusal, id, config.publicUrl)), { status, headers });
}

function codeOf(error: unknown): 'request.invalid' | 'server.unavailable' | 'server.failed' {
  const code = String((error as { code?: unknown }).code ?? '');
  // A value that PostgreSQL cannot hold, such as a text with a NUL in it.
  if (code.startsWith('22')) return 'request.invalid';
  return passing.test(code) || code.startsWith('ECONN') ? 'server.unavailable' : 'server.failed';
}

/** An error's first line. Those of the database carry values in `detail`, which is not read. */
function reasonOf(cause: unknown): string {
  return cause instanceof Error ? (cause.message.split('\n')[0] ?? '').slice(0, 300) : 'unknown';
}
