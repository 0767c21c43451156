import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** Certificates in the place of those of the system, and one to show oneself. PEM. */
export interface TlsFiles {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly tls?: TlsFiles | undefined;
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export type SendHttp = (request: HttpRequest) => Promise<HttpAnswer>;

/** A longer answer is none of ours. */
const answerBytesMax = 16 * 1024 * 1024;

/**
 * One request, one answer. Redirects are answers like any other: a token goes where it was sent, and nowhere else.
 *
 * Not `fetch`, which takes no certificates and 40 ms to load.
 *
 * @throws what the network says.
 */
export const sendHttp: SendHttp = async ({ url, body, tls, signal, ...rest }) => {
  const { request } = url.protocol === 'https:' ? await import('node:https') : await import('node:http');
  return new Promise((resolve, reject) => {
    const sent = request(url, { ...rest, ...tls, signal }, (answer) => {
      read(answer).then((text) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }), reject);
    });
    sent.once('error', reject);
    sent.end(body);
  });
};

async function read(answer: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > answerBytesMax) throw new Error(`The answer is longer than ${answerBytesMax} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
