import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KmError } from '@kilometers/core/errors.ts';
import * as oauth from 'oauth4webapi';
import { type ClientIdentity, clientAuth, clientIdentity, type KnownClients } from './client-identity.ts';
import type { Discovered } from './discover.ts';
import { insecureTo } from './insecure-to.ts';
import { safeUrl } from './safe-url.ts';

export interface AuthorizeParts {
  readonly found: Discovered;
  readonly clients: KnownClients;
  /** Port of the address the browser is sent back to; 0 takes a free one. */
  readonly redirectPort: number;
  /** Shows the page to a person. */
  readonly show: (page: URL) => void;
  readonly signal: AbortSignal;
}

/** What an authorization server gave out. */
export interface Granted {
  readonly client: ClientIdentity;
  readonly answer: oauth.TokenEndpointResponse;
}

/** How long a person may take to sign in. */
const signInMs = 300_000;

/**
 * Has a person sign in at the authorization server, in a browser, and takes the tokens.
 *
 * @throws KmError `oauth.*`
 */
export async function authorize(parts: AuthorizeParts): Promise<Granted> {
  const { server, resource, scope } = parts.found;
  const back = await waitForBrowser(parts.redirectPort, AbortSignal.any([parts.signal, AbortSignal.timeout(signInMs)]));
  try {
    const client = await clientIdentity(server, back.redirectUri, parts.clients);
    const verifier = oauth.generateRandomCodeVerifier();
    const state = oauth.generateRandomState();
    const page = new URL(server.authorization_endpoint ?? '');
    const asked = {
      response_type: 'code',
      client_id: client.client_id,
      redirect_uri: back.redirectUri,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      resource,
      ...(scope !== undefined && { scope: withRefresh(scope, server) }),
      ...(withRefresh(scope ?? '', server).includes('offline_access') && { prompt: 'consent' }),
    };
    for (const [name, value] of Object.entries(asked)) page.searchParams.set(name, value);
    parts.show(page);
    const callback = await back.callback;
    return {
      client,
      answer: await exchange({ ...parts, client, verifier, state, callback, redirectUri: back.redirectUri }),
    };
  } finally {
    back.close();
  }
}

/** Without this scope many give out no refresh token, and a person would have to sign in again each hour. */
function withRefresh(scope: string, { scopes_supported: scopes }: oauth.AuthorizationServer): string {
  const wanted = scopes?.includes('offline_access') === true && !scope.split(' ').includes('offline_access');
  return wanted ? `${scope} offline_access`.trim() : scope;
}

interface Exchange extends AuthorizeParts {
  readonly client: ClientIdentity;
  readonly verifier: string;
  readonly state: string;
  readonly callback: URL;
  readonly redirectUri: string;
}

async function exchange(parts: Exchange): Promise<oauth.TokenEndpointResponse> {
  const { found, client, verifier, state, callback, redirectUri } = parts;
  const { server, resource } = found;
  try {
    // Checks state, and `iss` as RFC 9207 wants: a code of another server is not sent to this one.
    const parameters = oauth.validateAuthResponse(server, client, callback, state);
    const auth = clientAuth(client, server);
    const options = { ...insecureTo(server.token_endpoint), additionalParameters: { resource } };
    const answer = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      auth,
      parameters,
      redirectUri,
      verifier,
      options,
    );
    return await oauth.processAuthorizationCodeResponse(server, client, answer);
  } catch (cause) {
    throw new KmError('oauth.sign-in', `Signing in at ${server.issuer} did not succeed${said(cause)}.`, { cause });
  }
}

function said(cause: unknown): string {
  const { error } = cause as { error?: unknown };
  return typeof error === 'string' && /^[a-z_]{1,60}$/.test(error) ? ` (${error})` : '';
}

interface Back {
  readonly redirectUri: string;
  /** The address the browser was sent back to. */
  readonly callback: Promise<URL>;
  close(): void;
}

/** Listens on this machine for the browser that comes back. */
async function waitForBrowser(port: number, signal: AbortSignal): Promise<Back> {
  let took = (_: URL) => {};
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (url.pathname !== '/callback') return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
    response.end('Thank you. km goes on; this page can be closed.\n');
    took(url);
  });
  await listening(server, port);
  const callback = new Promise<URL>((resolve, reject) => {
    took = resolve;
    const late = () => reject(new KmError('oauth.sign-in', 'Nobody signed in within five minutes.'));
    signal.addEventListener('abort', late);
  });
  callback.catch(() => {}); // Whoever waits for it hears of it.
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { redirectUri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`, callback, close };
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (cause: Error) =>
      reject(new KmError('oauth.sign-in', `The port ${port} for the browser to come back to is taken.`, { cause }));
    server.once('error', failed);
    server.listen(port, '127.0.0.1', resolve);
  });
}

/** True for a page that may be handed to a browser. */
export function isPage(page: URL): boolean {
  return safeUrl(page.href) !== undefined;
}
