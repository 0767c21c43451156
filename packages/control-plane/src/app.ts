import { randomUUID } from 'node:crypto';
import { apiVersion, type Operation } from '@kilometers/core/api/operation.ts';
import { may } from '@kilometers/core/api/roles.ts';
import { Hono } from 'hono';
import { callerOf, type Known } from './caller.ts';
import { authenticate } from './middleware/authenticate.ts';
import { check } from './middleware/check.ts';
import { answerError } from './middleware/errors.ts';
import { readJson } from './middleware/read-body.ts';
import { devicePage } from './pages/device.ts';
import { signInPage } from './pages/sign-in.ts';
import { Refusal } from './problem.ts';
import type { Call, RequestFacts, Route } from './route.ts';
import { routes } from './routes/routes.ts';
import type { Services } from './services.ts';

const bodyBytesMaxDefault = 65_536;

/** What the runtime knows of a request beside the request. */
interface Bindings {
  readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } };
}

/**
 * The control plane as a function from request to response. It has no port: `serve` gives it one, tests call it.
 *
 * Each request: who asks, may they, is it well formed, do it; whatever is thrown becomes a problem document.
 */
export function createApp(services: Services): Hono<{ Bindings: Bindings }> {
  const app = new Hono<{ Bindings: Bindings }>();
  for (const route of routes(services)) {
    const { method, path } = route.operation;
    app.on(method, path.replaceAll(/\{(\w+)\}/g, ':$1'), ({ req, env }) =>
      answer({ route, services, request: req.raw, params: req.param(), query: req.query(), env }),
    );
  }
  app.get('/sign-in', () => signInPage());
  app.get('/device', () => devicePage());
  app.notFound(({ req }) => respondToError(new Refusal('request.not-found'), factsOf(req.raw, {}, services), services));
  return app;
}

interface Asked {
  readonly route: Route;
  readonly services: Services;
  readonly request: Request;
  readonly params: unknown;
  readonly query: unknown;
  readonly env: Bindings | undefined;
}

async function answer({ route, services, request, params, query, env }: Asked): Promise<Response> {
  const { operation } = route;
  const facts = factsOf(request, env ?? {}, services);
  const began = performance.now();
  const response = await carryOut({ route, services, request, params, query, env }, facts).catch((error: unknown) =>
    respondToError(error, facts, services),
  );
  const seconds = (performance.now() - began) / 1_000;
  services.metrics.count('km_api_requests_total', { operation: operation.id, status: String(response.status) });
  services.metrics.time('km_api_request_duration_seconds', seconds, { operation: operation.id });
  services.log('debug', 'request', {
    id: facts.id,
    operation: operation.id,
    status: response.status,
    ms: Math.round(seconds * 1_000),
  });
  return response;
}

async function carryOut({ route, services, request, params, query }: Asked, facts: RequestFacts): Promise<Response> {
  const { operation } = route;
  const caller =
    operation.needs === 'anyone' ? undefined : await allowed(operation, operation.needs, request, services);
  const call = {
    params: operation.params && check(operation.params, params, 'path'),
    query: operation.query && check(operation.query, query, 'query'),
    body:
      operation.body &&
      check(operation.body, await readJson(request, operation.bodyBytesMax ?? bodyBytesMaxDefault), 'body'),
    caller,
    request: facts,
  } as Call<Operation>; // Made by the operation's own schemas.
  const result = await route.handle(call);
  if (result instanceof Response) return withHeaders(result, facts.id);
  const { status, schema } = operation.answer;
  return withHeaders(
    schema === undefined ? new Response(null, { status }) : Response.json(result, { status }),
    facts.id,
  );
}

async function allowed(
  operation: Operation,
  permission: Exclude<Operation['needs'], 'anyone'>,
  request: Request,
  services: Services,
): Promise<Known> {
  const known = await authenticate(request, services);
  if (may(callerOf(known), permission)) return known;
  throw new Refusal('auth.forbidden', { detail: `${operation.id} needs a role that has ${permission}.` });
}

function respondToError(error: unknown, facts: RequestFacts, services: Services): Response {
  return withHeaders(answerError(error, facts, services), facts.id);
}

function withHeaders(response: Response, requestId: string): Response {
  const { headers } = response;
  headers.set('Km-Api', apiVersion);
  headers.set('X-Request-Id', requestId);
  headers.set('X-Content-Type-Options', 'nosniff');
  if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store');
  return response;
}

/** A request id from outside is taken when it cannot break a log line. */
function factsOf(request: Request, env: Bindings, { config }: Services): RequestFacts {
  const given = request.headers.get('x-request-id') ?? '';
  const forwarded = config.trustProxy ? request.headers.get('x-forwarded-for')?.split(',').at(-1)?.trim() : undefined;
  return {
    id: /^[A-Za-z0-9_.-]{1,64}$/.test(given) ? given : randomUUID(),
    address: forwarded ?? env.incoming?.socket?.remoteAddress ?? 'unknown',
    header: (name) => request.headers.get(name) ?? undefined,
    signal: request.signal,
  };
}
