import { onTestFinished } from 'vitest';
import { makeHome, monitor, type Run, tellToEnd } from './start-km.ts';

/** What clients of the tests bring. */
export const token = 'a-token-for-the-tests';

interface Listening {
  readonly home?: string;
  readonly options?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A km that listens, and how it is spoken to. */
export interface ListeningKm {
  readonly run: Run;
  readonly home: string;
  readonly url: URL;
  /** Sends a request; `body` makes it a POST. What stands in `headers` as undefined is left out. */
  ask(asked?: Asked): Promise<Response>;
  /** Opens a session of a legacy client, and gives the headers of its further requests. */
  initialized(protocolVersion?: string): Promise<Record<string, string>>;
}

interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string | object;
  readonly signal?: AbortSignal;
}

const usual = {
  authorization: `Bearer ${token}`,
  accept: 'application/json, text/event-stream',
  'content-type': 'application/json',
};

/** Starts `km monitor --listen 0 -- command` and waits until it listens. */
export async function listenWith(command: readonly string[], listening: Listening = {}): Promise<ListeningKm> {
  const { home = makeHome(), options = [], env = {} } = listening;
  const run = monitor(command, {
    home,
    options: ['--listen', '0', ...options],
    env: { KM_LISTEN_TOKEN: token, ...env },
  });
  onTestFinished(() => tellToEnd(run));
  await run.err.has('For example');
  const [, address = ''] = /Listening on (http\S+?)["\s]/.exec(run.err.text) ?? [];
  const url = new URL(address);
  const ask = ({ method, path = '/mcp', headers, body, signal }: Asked = {}) =>
    fetch(new URL(path, url), {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: given({ ...usual, ...headers }),
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      ...(signal && { signal }),
    });
  return { run, home, url, ask, initialized: (version) => initialized(ask, version) };
}

/** Its requests, one after the other. */
async function initialized(ask: ListeningKm['ask'], protocolVersion = '2025-11-25'): Promise<Record<string, string>> {
  const clientInfo = { name: 'km-e2e', version: '1.0.0' };
  const params = { protocolVersion, capabilities: {}, clientInfo };
  const answer = await ask({ body: { jsonrpc: '2.0', id: 0, method: 'initialize', params } });
  const id = answer.headers.get('mcp-session-id');
  if (id === null) throw new Error(`No session was opened: ${answer.status} ${await answer.text()}`);
  await answer.text();
  return { 'mcp-session-id': id, 'mcp-protocol-version': protocolVersion };
}

function given(headers: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** The messages that an answer holds so far, be it JSON or a stream of events; at least `count` of a stream. */
export async function messagesIn(answer: Response, count = 1): Promise<Heard[]> {
  if (!answer.headers.get('content-type')?.includes('event-stream')) {
    const json = (await answer.json()) as object;
    return (Array.isArray(json) ? json : [json]) as Heard[];
  }
  const heard: Heard[] = [];
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of answer.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    const events = text.split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) heard.push(...dataOf(event));
    if (heard.length >= count) break;
  }
  return heard;
}

export interface Heard {
  readonly id?: string | number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: number; readonly message: string };
  /** Of the event it came in. */
  readonly event?: string;
}

function dataOf(event: string): Heard[] {
  const [, data] = /^data: (.+)$/m.exec(event) ?? [];
  const [, id] = /^id: (.+)$/m.exec(event) ?? [];
  return data === undefined ? [] : [{ ...(JSON.parse(data) as Heard), ...(id !== undefined && { event: id }) }];
}
