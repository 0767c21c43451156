import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

export interface IdentityProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** What a person does there: follows the redirects from `url`, signs in, consents. @returns Where they are sent in the end. */
  signIn(url: string, email: string): Promise<URL>;
  close(): Promise<void>;
}

const clientId = 'km';
const clientSecret = 'a secret that only the two of them know';

/** An OpenID provider on this machine. Whoever signs in there is vouched for by the address they give. */
export async function startIdentityProvider(redirectUri: string, verified = true): Promise<IdentityProvider> {
  const server = await listening();
  const { port } = server.address() as AddressInfo;
  const issuer = `http://127.0.0.1:${port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: [redirectUri] }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    findAccount: (_, sub) => ({
      accountId: sub,
      claims: () => ({ sub, email: sub, email_verified: verified }),
    }),
  });
  server.on('request', provider.callback());
  return {
    issuer,
    clientId,
    clientSecret,
    signIn: (url, email) => signIn(url, email, new URL(redirectUri).origin),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function listening() {
  const { createServer } = await import('node:http');
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

type Step = { readonly url: string; readonly form?: URLSearchParams };

/** Walks the provider's own pages, form by form, as a browser without scripts does. */
async function signIn(start: string, email: string, home: string): Promise<URL> {
  const cookies = new Map<string, string>();
  let step: Step = { url: start };
  for (let left = 12; left > 0; left--) {
    const response = await visit(step, cookies);
    const location = response.headers.get('location');
    if (location === null) {
      step = filledIn(step.url, await response.text(), email);
      continue;
    }
    const target = new URL(location, step.url);
    if (target.origin === home) return target;
    step = { url: target.href };
  }
  throw new Error('The provider sends around in a ring.');
}

async function visit({ url, form }: Step, cookies: Map<string, string>): Promise<Response> {
  const response = await fetch(url, {
    redirect: 'manual',
    headers: { Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
    ...(form && { method: 'POST', body: form }),
  });
  for (const cookie of response.headers.getSetCookie()) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
    if (name !== undefined && value !== undefined) cookies.set(name, value);
  }
  return response;
}

/** The form of a page: first who somebody is, then that they consent. */
function filledIn(page: string, html: string, email: string): Step {
  const [, action] = /action="([^"]+)"/.exec(html) ?? [];
  if (action === undefined) throw new Error('The provider shows a page without a form.');
  const form = html.includes('name="login"')
    ? { prompt: 'login', login: email, password: 'any' }
    : { prompt: 'consent' };
  return { url: new URL(action, page).href, form: new URLSearchParams(form) };
}
