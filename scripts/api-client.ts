import { gzipSync } from 'node:zlib';

/** Asks a control plane as curl would: no retries, and what is not 2xx ends it. */
export interface ApiClient {
  get<T>(path: string): Promise<T>;
  send<T>(method: 'POST' | 'PATCH', path: string, body: unknown): Promise<T>;
}

/** @param headers What tells who asks: a cookie, or a token. */
export function apiClient(url: string, headers: Readonly<Record<string, string>> = {}): ApiClient {
  const ask = async <T>(method: string, path: string, init: RequestInit = {}): Promise<T> => {
    const response = await fetch(`${url}${path}`, { method, ...init, headers: { ...headers, ...init.headers } });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} was answered with ${response.status}: ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T; // The caller says what the contract promises.
  };
  return {
    get: (path) => ask('GET', path),
    send: (method, path, body) =>
      ask(method, path, {
        body: gzipSync(JSON.stringify(body)),
        headers: { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' },
      }),
  };
}

/** Takes a sign-in link, as its page does in a browser. */
export async function signIn(url: string, link: string): Promise<ApiClient> {
  const response = await fetch(`${url}/api/auth/sign-in`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ token: link.slice(link.indexOf('#') + 1) }),
  });
  if (!response.ok) throw new Error(`The sign-in link was answered with ${response.status}: ${await response.text()}`);
  const cookie = (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  return apiClient(url, { Cookie: cookie, Origin: url });
}

/** A client that asks as a km with this key does. */
export async function asKm(url: string, apiKey: string): Promise<ApiClient> {
  const { jwt } = await apiClient(url).send<{ jwt: string }>('POST', '/api/auth/exchange', { api_key: apiKey });
  return apiClient(url, { Authorization: `Bearer ${jwt}` });
}
