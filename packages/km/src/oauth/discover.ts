import { KmError } from '@kilometers/core/errors.ts';
import type { AuthorizationServer } from 'oauth4webapi';
import type { Challenge } from './challenge.ts';
import { safeUrl } from './safe-url.ts';

/** Who gives out tokens for a server, and for what they have to be made. */
export interface Discovered {
  /** What tokens are asked for (RFC 8707). */
  readonly resource: string;
  readonly server: AuthorizationServer;
  /** The scopes to ask for, where anything is said about them. */
  readonly scope: string | undefined;
}

interface ResourceMetadata {
  readonly resource?: unknown;
  readonly authorization_servers?: unknown;
  readonly scopes_supported?: unknown;
}

/** How long one document may take. */
const documentMs = 10_000;
const documentCharsMax = 1_048_576;

/**
 * Finds the authorization server of an MCP server.
 *
 * @throws KmError `oauth.discovery`
 * @see https://modelcontextprotocol.io/specification — basic/authorization: RFC 9728, then RFC 8414 or OpenID Connect
 */
export async function discover(url: URL, challenge: Challenge): Promise<Discovered> {
  const metadata = await resourceMetadata(url, challenge);
  // Before anything else: a server that lies about itself names nobody who is spoken to.
  const resource = resourceOf(metadata, url);
  const { authorization_servers: servers, scopes_supported: scopes } = metadata ?? {};
  // Servers of 2025-03-26 do not describe themselves: they are their own authorization server.
  const issuer = metadata === undefined ? url.origin : Array.isArray(servers) ? servers[0] : undefined;
  const issuerUrl = safeUrl(issuer);
  if (issuerUrl === undefined) throw failed(`${url.host} names no authorization server that may be used.`);
  const server = await serverMetadata(issuerUrl, String(issuer));
  const supported = Array.isArray(scopes) && scopes.length > 0 ? scopes.join(' ') : undefined;
  return { resource, server, scope: challenge.scope ?? supported };
}

async function resourceMetadata(
  url: URL,
  { resourceMetadata: named }: Challenge,
): Promise<ResourceMetadata | undefined> {
  const wellKnown = '/.well-known/oauth-protected-resource';
  const path = url.pathname === '/' ? '' : url.pathname;
  const places = named === undefined ? [`${url.origin}${wellKnown}${path}`, `${url.origin}${wellKnown}`] : [named];
  for (const place of places) {
    const document = await fetchJson(place);
    if (document !== undefined) return document as ResourceMetadata;
  }
  return undefined;
}

/** A description of another server would have km ask for tokens that belong there. */
function resourceOf(metadata: ResourceMetadata | undefined, url: URL): string {
  const whole = `${url.origin}${url.pathname === '/' ? '' : url.pathname}`;
  if (metadata === undefined) return whole;
  const resource = safeUrl(metadata.resource);
  const within = (path: string) => `${path.replace(/\/$/, '')}/`;
  const fits = resource?.origin === url.origin && within(url.pathname).startsWith(within(resource.pathname));
  if (!fits) throw failed(`${url.host} describes itself as another server, ${String(metadata.resource)}.`);
  return String(metadata.resource);
}

async function serverMetadata(issuer: URL, name: string): Promise<AuthorizationServer> {
  const path = issuer.pathname === '/' ? '' : issuer.pathname.replace(/\/$/, '');
  const places = [
    `${issuer.origin}/.well-known/oauth-authorization-server${path}`,
    `${issuer.origin}/.well-known/openid-configuration${path}`,
    `${issuer.origin}${path}/.well-known/openid-configuration`,
  ];
  for (const place of new Set(places)) {
    const document = (await fetchJson(place)) as AuthorizationServer | undefined;
    if (document === undefined) continue;
    if (document.issuer?.replace(/\/$/, '') !== name.replace(/\/$/, '')) continue;
    return checked(document);
  }
  throw failed(`The authorization server ${name} does not describe itself.`);
}

function checked(server: AuthorizationServer): AuthorizationServer {
  const { issuer, authorization_endpoint: authorize, token_endpoint: token } = server;
  if (safeUrl(authorize) === undefined || safeUrl(token) === undefined) {
    throw failed(`The authorization server ${issuer} has endpoints that may not be used.`);
  }
  if (server.code_challenge_methods_supported?.includes('S256') !== true) {
    throw failed(
      `The authorization server ${issuer} does not offer PKCE with S256, without which a code can be stolen.`,
    );
  }
  return server;
}

/** A JSON object, or undefined where there is none to be had. */
async function fetchJson(place: string): Promise<object | undefined> {
  if (safeUrl(place) === undefined) return undefined;
  try {
    const headers = { accept: 'application/json' };
    const answer = await fetch(place, { headers, redirect: 'manual', signal: AbortSignal.timeout(documentMs) });
    if (!answer.ok) return undefined;
    const text = await answer.text();
    const value: unknown = text.length > documentCharsMax ? undefined : JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined; // Not there, or no JSON: the next place may have it.
  }
}

function failed(message: string): KmError {
  return new KmError('oauth.discovery', message);
}
