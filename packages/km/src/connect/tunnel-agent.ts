import http from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';

/** Speaks https through a proxy that opens a way to the server (CONNECT): the proxy sees host and port, and no more. */
export class TunnelAgent extends https.Agent {
  readonly #proxy: URL;

  constructor(proxy: URL, options: https.AgentOptions) {
    super(options);
    this.#proxy = proxy;
  }

  override createConnection(
    options: tls.ConnectionOptions & { readonly host?: string; readonly port?: number },
    done: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    const { host = '', port = 443 } = options;
    const failed = (error: Error) => done(error, undefined as never); // Node reads the stream only where there is no error.
    const request = (this.#proxy.protocol === 'https:' ? https : http).request(this.#proxy, {
      method: 'CONNECT',
      path: `${host}:${port}`,
      headers: { host: `${host}:${port}`, ...proxyAuthorization(this.#proxy) },
      agent: false,
      timeout: connectMs,
    });
    request.once('timeout', () => request.destroy(Object.assign(new Error('late'), { code: 'ETIMEDOUT' })));
    request.once('error', failed);
    request.once('connect', ({ statusCode }, socket) => {
      if (statusCode !== 200) {
        socket.destroy();
        return failed(Object.assign(new Error('refused'), { code: `the proxy answered HTTP ${statusCode}` }));
      }
      socket.setTimeout(0);
      const secure = tls.connect({ ...options, socket, servername: options.servername ?? host });
      done(null, secure);
    });
    request.end();
    return undefined;
  }
}

/** How long the way through the proxy may take. */
const connectMs = 10_000;

function proxyAuthorization({ username, password }: URL): Record<string, string> {
  if (username === '') return {};
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(credentials).toString('base64')}` };
}
