import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import http, { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import Provider from 'oidc-provider';
import { expect, onTestFinished, test } from 'vitest';
import { afterUnref } from '../after.ts';
import { now } from '../clock.ts';
import { RemoteServer } from '../connect/remote-server.ts';
import { lazyOAuth } from './lazy-oauth.ts';
import type { OAuthParts } from './open-oauth.ts';

async function listen(listener: RequestListener = () => {}): Promise<{ server: http.Server; origin: string }> {
  const server = http.createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** An authorization server, and an MCP server that only serves those who bring its tokens. */
async function world({ wanted = 'tools', tokenSeconds = 3600 } = {}) {
  const { server, origin: issuer } = await listen();
  const { server: mcp, origin } = await listen();
  const resource = `${origin}/mcp`;
  const counts = { renewals: 0, sessions: 0 };
  const provider = new Provider(issuer, {
    scopes: ['openid', 'offline_access', 'tools', 'admin'],
    pkce: { required: () => true },
    features: {
      registration: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_, indicator) => ({
          scope: 'tools admin',
          audience: indicator,
          accessTokenTTL: tokenSeconds,
        }),
      },
    },
  });
  provider.on('grant.success', ({ oidc }) => {
    if (oidc.params?.grant_type === 'refresh_token') counts.renewals++;
    else counts.sessions++;
  });
  server.on('request', provider.callback());
  const state = { wanted, refuse: new Set<string>() };
  mcp.on('request', async (request: IncomingMessage, response: ServerResponse) => {
    if (request.url?.startsWith('/.well-known/oauth-protected-resource/mcp')) {
      const body = { resource, authorization_servers: [issuer], scopes_supported: ['tools'] };
      return void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    }
    const text = request.headers.authorization?.replace('Bearer ', '') ?? '';
    const token = state.refuse.has(text) ? undefined : await provider.AccessToken.find(text);
    const metadata = `resource_metadata="${origin}/.well-known/oauth-protected-resource/mcp"`;
    if (token === undefined || token.aud !== resource) {
      return void response.writeHead(401, { 'www-authenticate': `Bearer ${metadata}` }).end();
    }
    if (!token.scope?.split(' ').includes(state.wanted)) {
      const want = `Bearer error="insufficient_scope", scope="${state.wanted}", ${metadata}`;
      return void response.writeHead(403, { 'www-authenticate': want }).end();
    }
    const one = new McpServer({ name: 'guarded', version: '1' });
    one.registerTool('echo', {}, () => ({ content: [{ type: 'text', text: 'let in' }] }));
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
    await one.connect(transport as Transport);
    await transport.handleRequest(request, response);
  });
  return { url: new URL(resource), issuer, counts, state };
}

function folderOf(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'km-oauth-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return path.join(folder, 'oauth');
}

/** What a person does in the browser, page by page, until it is sent back. */
async function signIn(page: URL): Promise<Response> {
  const cookies = new Map<string, string>();
  let url = page;
  let form: URLSearchParams | undefined;
  while (url.pathname !== '/callback') {
    const headers = { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
    const answer = await fetch(url, { redirect: 'manual', headers, ...(form && { method: 'POST', body: form }) });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(name, value);
    }
    const html = await answer.text();
    const location = answer.headers.get('location');
    form = location === null ? filledIn(html) : undefined;
    url = new URL(location ?? /action="([^"]+)"/.exec(html)?.[1] ?? '', url);
  }
  return fetch(url);
}

function filledIn(html: string): URLSearchParams {
  const login = { prompt: 'login', login: 'somebody', password: 'any' };
  return new URLSearchParams(html.includes('name="login"') ? login : { prompt: 'consent' });
}

/** One km before the server; says whether somebody had to sign in. */
function oneKm(url: URL, folder: string, more: Partial<OAuthParts> = {}) {
  const told: string[] = [];
  const pages: URL[] = [];
  const authorization = lazyOAuth({
    url,
    folder,
    keyring: async () => undefined,
    onFile: (file) => told.push(file),
    clients: { registered: [], metadataUrl: undefined },
    redirectPort: 0,
    show: (page) => {
      pages.push(page);
      signIn(page).catch((error: Error) => told.push(error.message));
    },
    signal: new AbortController().signal,
    now: Date.now,
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms / 10)),
    ...more,
  });
  const onFault = (message: string) => told.push(message);
  const parts = {
    url,
    headers: {},
    authorization,
    retriesMax: 0,
    onFault,
    after: afterUnref,
    random: Math.random,
    now,
  };
  const server = new RemoteServer(parts);
  onTestFinished(() => server.kill('SIGKILL'));
  return {
    pages,
    told,
    async ask(id = 1): Promise<unknown> {
      const message = { jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'echo', arguments: {} } };
      server.sink.write(`${JSON.stringify(message)}\n`);
      const [line] = (await new Promise<Buffer>((resolve) => server.source.once('data', resolve)))
        .toString()
        .split('\n');
      return JSON.parse(line ?? '');
    },
  };
}

const letIn = { result: { content: [{ text: 'let in' }] } };

test('a server that wants a sign-in gets one, and the next km needs none', async () => {
  const { url, counts } = await world();
  const folder = folderOf();
  const first = oneKm(url, folder);
  expect(await first.ask()).toMatchObject(letIn);
  expect(await first.ask(2)).toMatchObject(letIn);
  const [page] = first.pages;
  expect(Object.fromEntries(page?.searchParams ?? [])).toMatchObject({
    resource: url.href,
    code_challenge_method: 'S256',
    redirect_uri: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/callback$/),
    scope: 'tools offline_access',
  });
  const next = oneKm(url, folder);
  expect(await next.ask()).toMatchObject(letIn);
  expect([counts.sessions, next.pages]).toEqual([1, []]);
  const [file = ''] = readdirSync(folder);
  expect(statSync(path.join(folder, file)).mode & 0o777).toBe(0o600);
  expect(first.told).toEqual([path.join(folder, file)]);
});

test('a keyring that is there holds the tokens, by issuer and resource, and no file does', async () => {
  const { url, issuer } = await world();
  const secrets = new Map<string, string>();
  const keyring = async () => ({
    get: async (name: string) => secrets.get(name),
    set: async (name: string, secret: string) => void secrets.set(name, secret),
    remove: async (name: string) => void secrets.delete(name),
  });
  const folder = folderOf();
  const km = oneKm(url, folder, { keyring });
  expect(await km.ask()).toMatchObject(letIn);
  expect([...secrets.keys()]).toEqual([`mcp-tokens ${issuer} ${url.href}`]);
  const files = readdirSync(folder).map((name) => readFileSync(path.join(folder, name), 'utf8'));
  expect(files.map((text) => JSON.parse(text) as unknown)).toEqual([{ issuer, resource: url.href }]);
  expect(await oneKm(url, folder, { keyring }).ask()).toMatchObject(letIn);
  expect(km.told).toEqual([]);
});

test('several km whose token has ended renew it once, and nobody signs in again', async () => {
  const { url, counts } = await world();
  const folder = folderOf();
  expect(await oneKm(url, folder).ask()).toMatchObject(letIn);
  const later = () => Date.now() + 3_590_000;
  const many = [1, 2, 3, 4].map(() => oneKm(url, folder, { now: later }));
  expect(await Promise.all(many.map((km) => km.ask()))).toMatchObject([letIn, letIn, letIn, letIn]);
  expect(counts).toEqual({ sessions: 1, renewals: 1 });
});

test('a call that may not be made with the scopes at hand is made with more', async () => {
  const { url, state } = await world();
  const km = oneKm(url, folderOf());
  expect(await km.ask()).toMatchObject(letIn);
  state.wanted = 'admin';
  expect(await km.ask(2)).toMatchObject(letIn);
  expect(km.pages.map((page) => page.searchParams.get('scope'))).toEqual([
    'tools offline_access',
    'tools admin offline_access',
  ]);
});

test('a code of another authorization server is not exchanged', async () => {
  const { url, counts } = await world();
  const show = async (page: URL) => {
    const back = new URL(page.searchParams.get('redirect_uri') ?? '');
    back.search = new URLSearchParams({
      code: 'c',
      state: page.searchParams.get('state') ?? '',
      iss: 'https://evil.example',
    }).toString();
    await fetch(back);
  };
  const km = oneKm(url, folderOf(), { show });
  expect(await km.ask()).toMatchObject({ error: { code: 4502, message: expect.stringContaining('did not succeed') } });
  expect(counts.sessions).toBe(0);
});

test('a server that describes itself as another one gets no token', async () => {
  const { server, origin } = await listen((request, response) => {
    if (request.method === 'POST') return void response.writeHead(401).end();
    const body = { resource: 'https://bank.example/mcp', authorization_servers: ['https://bank.example'] };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  expect(server.listening).toBe(true);
  const km = oneKm(new URL(`${origin}/mcp`), folderOf());
  expect(await km.ask()).toMatchObject({
    error: { message: expect.stringContaining('describes itself as another server') },
  });
  expect(km.pages).toEqual([]);
});
