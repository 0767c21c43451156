import http, { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { now } from '../clock.ts';
import { RemoteServer } from './remote-server.ts';

interface Rpc {
  readonly id?: string | number | null;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

/** A request as it reached the server of a test. */
interface Seen {
  readonly http: string;
  readonly headers: IncomingMessage['headers'];
  readonly rpc: Rpc;
}

type Answer = (seen: Seen, response: ServerResponse) => void;

/** Time runs a hundred times as fast for what waits by the clock. */
const after = (ms: number, then: () => void) => {
  const timer = setTimeout(then, ms / 100);
  return () => clearTimeout(timer);
};

async function listen(listener: RequestListener, port = 0): Promise<{ url: URL; close: () => void }> {
  const server = http.createServer(listener);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  onTestFinished(close);
  return { url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`), close };
}

/** Starts a server and km's end before it. */
async function talk(answer: Answer) {
  const seen: Seen[] = [];
  const { url, close } = await listen(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const one = {
      http: request.method ?? '',
      headers: request.headers,
      rpc: text === '' ? {} : (JSON.parse(text) as Rpc),
    };
    seen.push(one);
    answer(one, response);
  });
  return { seen, close, ...before(url) };
}

function before(url: URL) {
  const faults: string[] = [];
  const server = new RemoteServer({
    url,
    headers: { 'x-given': 'yes' },
    retriesMax: 2,
    onFault: (message) => faults.push(message),
    after,
    random: () => 1,
    now,
  });
  onTestFinished(() => server.kill('SIGKILL'));
  const waiting: Rpc[] = [];
  let tell = () => {};
  let rest = '';
  server.source.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) waiting.push(JSON.parse(line) as Rpc);
    tell();
  });
  return {
    server,
    faults,
    say: (...messages: object[]) => {
      server.sink.write(messages.map((message) => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`).join(''));
    },
    /** The next line of the server's. */
    async hear(): Promise<Rpc> {
      while (waiting.length === 0) {
        await new Promise<void>((resolve) => {
          tell = resolve;
        });
      }
      return waiting.shift() as Rpc;
    },
  };
}

const initialize = { id: 0, method: 'initialize', params: { protocolVersion: '2025-11-25' } };
const initialized = { method: 'notifications/initialized' };
const call = (id: number) => ({ id, method: 'tools/call', params: { name: 'echo' } });
const modern = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' };
const modernCall = (id: number) => ({ id, method: 'tools/call', params: { name: 'echo', _meta: modern } });

function json(response: ServerResponse, body: unknown, status = 200, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

const result = ({ rpc }: Seen, value: unknown = { ok: true }) => ({ jsonrpc: '2.0', id: rpc.id, result: value });

function stream(response: ServerResponse): ServerResponse {
  response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
  return response;
}

/** A well-behaved server of 2025-11-25; `otherwise` answers what is neither the opening nor a stream. */
function legacy(otherwise: Answer, onGet: Answer = (_, response) => void response.writeHead(405).end()): Answer {
  return (seen, response) => {
    if (seen.http === 'GET') return onGet(seen, response);
    if (seen.http === 'DELETE') return void response.writeHead(200).end();
    if (seen.rpc.method === 'initialize') {
      return json(response, result(seen, { protocolVersion: '2025-11-25' }), 200, { 'mcp-session-id': 's1' });
    }
    if (seen.rpc.id === undefined) return void response.writeHead(202).end();
    otherwise(seen, response);
  };
}

test('the client leads, and what it says goes with the headers of its session', async () => {
  const { say, hear, seen, server } = await talk(legacy((one, response) => json(response, result(one))));
  say(initialize, initialized, call(1));
  expect([(await hear()).id, (await hear()).id]).toEqual([0, 1]);
  server.sink.end();
  expect(await server.exited).toEqual({ status: 0, signal: undefined });
  const posts = seen.filter(({ http: how }) => how !== 'GET');
  expect(posts.map(({ http: how, rpc }) => rpc.method ?? how)).toEqual([
    'initialize',
    'notifications/initialized',
    'tools/call',
    'DELETE',
  ]);
  expect(posts.map(({ headers }) => [headers['mcp-session-id'], headers['mcp-protocol-version']])).toEqual([
    [undefined, undefined],
    ['s1', '2025-11-25'],
    ['s1', '2025-11-25'],
    ['s1', '2025-11-25'],
  ]);
  expect(seen.every(({ headers }) => headers['x-given'] === 'yes')).toBe(true);
});

test('modern messages are named in headers, and there is no session', async () => {
  const { say, hear, seen, server } = await talk((one, response) =>
    json(response, result(one), 200, { 'mcp-session-id': 'ignored' }),
  );
  say(modernCall(1));
  expect(await hear()).toMatchObject({ id: 1, result: { ok: true } });
  server.sink.end();
  await server.exited;
  expect(
    seen.map(({ headers }) => [headers['mcp-method'], headers['mcp-name'], headers['mcp-protocol-version']]),
  ).toEqual([['tools/call', 'echo', '2026-07-28']]);
});

test('a long call does not hold up the next, and answers come as they are ready', async () => {
  let finish = () => {};
  const { say, hear } = await talk(
    legacy((one, response) => {
      if (one.rpc.id === 1) finish = () => json(response, result(one));
      else json(response, result(one));
    }),
  );
  say(initialize, initialized, call(1), call(2));
  expect([(await hear()).id, (await hear()).id]).toEqual([0, 2]);
  finish();
  expect((await hear()).id).toBe(1);
});

test('what came over a stream is heard, and a stream that breaks off is asked for the rest', async () => {
  const { say, hear, seen } = await talk(
    legacy(
      (one, response) => {
        stream(response).write('retry: 10\nid: e1\ndata:\n\n');
        response.write(`id: e2\ndata: {"jsonrpc":"2.0","method":"notifications/progress",\ndata: "params":{}}\n\n`);
        setImmediate(() => response.destroy());
        void one;
      },
      (one, response) => {
        if (one.headers['last-event-id'] !== 'e2') return void response.writeHead(405).end();
        stream(response).end('id: e3\ndata: {"jsonrpc":"2.0","id":1,"result":{"late":true}}\n\n');
      },
    ),
  );
  say(initialize, initialized, call(1));
  await hear();
  expect(await hear()).toMatchObject({ method: 'notifications/progress' });
  expect(await hear()).toMatchObject({ id: 1, result: { late: true } });
  expect(seen.filter(({ headers }) => headers['last-event-id'] === 'e2')).toHaveLength(1);
});

test('the standing stream is opened once the session is, and again when it ends', async () => {
  let streams = 0;
  const { say, hear } = await talk(
    legacy(
      () => {},
      (one, response) => {
        streams++;
        const from = one.headers['last-event-id'] ?? 'the beginning';
        const params = { streams, from };
        const message = { jsonrpc: '2.0', method: 'notifications/message', params };
        stream(response).end(`id: e${streams}\ndata: ${JSON.stringify(message)}\n\n`);
      },
    ),
  );
  say(initialize, initialized);
  await hear();
  expect((await hear()).params).toEqual({ streams: 1, from: 'the beginning' });
  expect((await hear()).params).toEqual({ streams: 2, from: 'e1' });
});

test('a session that the server has ended is told, until the client begins another', async () => {
  let gone = false;
  const { say, hear, seen } = await talk(
    legacy((one, response) => {
      if (gone)
        json(response, { jsonrpc: '2.0', id: null, error: { code: -32001, message: 'Session not found' } }, 404);
      else json(response, result(one));
    }),
  );
  say(initialize, initialized);
  await hear();
  gone = true;
  say(call(1));
  expect(await hear()).toMatchObject({ id: 1, error: { code: 4404, message: expect.stringContaining('initialize') } });
  say(call(2));
  expect(await hear()).toMatchObject({ id: 2, error: { code: 4404 } });
  gone = false;
  say({ ...initialize, id: 3 }, call(4));
  expect([(await hear()).id, (await hear()).id]).toEqual([3, 4]);
  expect(seen.filter(({ rpc }) => rpc.id === 2)).toEqual([]);
});

test.each<[string, Answer, object]>([
  ['a page for people', (_, r) => void r.writeHead(200, { 'content-type': 'text/html' }).end('<p>'), { code: 4502 }],
  ['HTTP 500 with nothing', (_, r) => void r.writeHead(500).end(), { message: expect.stringContaining('HTTP 500') }],
  ['202, as if nobody waited', (_, r) => void r.writeHead(202).end(), { code: 4502 }],
  [
    'half an answer',
    (_, r) =>
      void r
        .writeHead(200, { 'content-length': '99', 'content-type': 'application/json' })
        .write('{', () => r.destroy()),
    { message: expect.stringContaining('broke off') },
  ],
  [
    'a stream that ends',
    (_, r) => void stream(r).end(': nothing\n\n'),
    { message: expect.stringContaining('broke off') },
  ],
  ['an answer to another', (one, r) => json(r, { ...result(one), id: 99 }), { code: 4502 }],
  ['no HTTP at all', (_, r) => void r.socket?.end('garbage\r\n\r\n'), { code: 4502 }],
  [
    'a redirect to a stranger',
    (_, r) => void r.writeHead(307, { location: 'https://example.com/' }).end(),
    { message: expect.stringContaining('another address') },
  ],
  [
    'an error of its own',
    (_, r) => json(r, { jsonrpc: '2.0', id: 1, error: { code: -32601, message: 'No', data: 1 } }, 404),
    { code: -32601, message: 'No', data: 1 },
  ],
  [
    'an error to nobody',
    (_, r) => json(r, { jsonrpc: '2.0', id: null, error: { code: -32020, message: 'No' } }, 400),
    { code: -32020, message: 'No' },
  ],
])('%s: whoever waits is told', async (_, answer, error) => {
  const { say, hear } = await talk((one, response) =>
    one.rpc.method === 'tools/call' ? answer(one, response) : json(response, result(one)),
  );
  say({ id: 0, method: 'server/discover', params: { _meta: modern } }, modernCall(1));
  let heard = await hear();
  while (heard.id !== 1) heard = await hear();
  expect(heard).toMatchObject({ id: 1, error });
});

test('a server that is not there is tried again, and is told when it stays away', async () => {
  const { url, close } = await listen(() => {});
  close();
  const { say, hear } = before(url);
  say(initialize);
  expect(await hear()).toMatchObject({
    id: 0,
    error: { code: 4502, message: expect.stringContaining('cannot be reached') },
  });
  await listen((_, response) => json(response, { jsonrpc: '2.0', id: 1, result: {} }), Number(url.port));
  say({ ...initialize, id: 1 });
  expect(await hear()).toMatchObject({ id: 1, result: {} });
});

test('a busy server is asked again when it wants to be', async () => {
  let tries = 0;
  const { say, hear } = await talk((one, response) => {
    if (++tries < 3) response.writeHead(503, { 'retry-after': '1' }).end();
    else json(response, result(one));
  });
  say(modernCall(1));
  expect(await hear()).toMatchObject({ id: 1, result: { ok: true } });
});

test('a modern call is cancelled by closing it, an older one by saying so', async () => {
  let closed = () => {};
  const closing = new Promise<void>((resolve) => {
    closed = resolve;
  });
  const { say, hear, seen } = await talk((one, response) => {
    if (one.rpc.id === 1) response.on('close', closed);
    else json(response, result(one));
  });
  say({ id: 0, method: 'server/discover', params: { _meta: modern } });
  await hear();
  say(modernCall(1), { method: 'notifications/cancelled', params: { requestId: 1 } }, modernCall(2));
  await closing;
  expect((await hear()).id).toBe(2);
  expect(seen.map(({ rpc }) => rpc.method)).not.toContain('notifications/cancelled');

  const older = await talk(legacy(() => {}));
  older.say(initialize, initialized, call(1), { method: 'notifications/cancelled', params: { requestId: 1 } });
  await older.hear();
  older.say({ method: 'notifications/roots/list_changed' });
  older.server.sink.end();
  await new Promise((resolve) => older.server.sink.once('finish', resolve));
  expect(older.seen.map(({ rpc }) => rpc.method)).toContain('notifications/cancelled');
});

test('the client goes: what is open is still answered, what never ends is given up', async () => {
  let finish = () => {};
  let reached = () => {};
  const reaching = new Promise<void>((resolve) => {
    reached = resolve;
  });
  const { say, hear, server } = await talk((one, response) => {
    if (one.rpc.method === 'subscriptions/listen') stream(response);
    else if (one.rpc.method === 'tools/call') finish = () => json(response, result(one));
    else json(response, result(one));
    if (one.rpc.method === 'tools/call') reached();
  });
  say({ id: 0, method: 'server/discover', params: { _meta: modern } });
  await hear();
  say({ id: 1, method: 'subscriptions/listen', params: { _meta: modern } }, modernCall(2));
  server.sink.end();
  await Promise.all([reaching, new Promise((resolve) => server.sink.once('finish', resolve))]);
  finish();
  expect((await hear()).id).toBe(2);
  expect(await server.exited).toEqual({ status: 0, signal: undefined });
});

test('told to end, it gives up what is open and ends the session', async () => {
  const { say, hear, seen, server } = await talk(legacy(() => {}));
  say(initialize, initialized, call(1));
  await hear();
  server.kill('SIGTERM');
  expect(await server.exited).toEqual({ status: 143, signal: 'SIGTERM' });
  expect(seen.at(-1)).toMatchObject({ http: 'DELETE', headers: { 'mcp-session-id': 's1' } });
});

test('the older transport is found out; its messages go nowhere but to the same server', async () => {
  let toClient = (_: object) => {};
  const old: Answer = (one, response) => {
    if (one.http === 'GET') {
      stream(response).write('event: endpoint\ndata: /messages?session=1\n\n');
      toClient = (message) => void response.write(`event: message\ndata: ${JSON.stringify(message)}\n\n`);
    } else if (one.headers.accept === undefined) {
      response.writeHead(202).end('Accepted');
      if (one.rpc.id !== undefined) toClient(result(one));
    } else response.writeHead(404, { 'content-type': 'text/html' }).end('<pre>Cannot POST /mcp</pre>');
  };
  const { say, hear } = await talk(old);
  say(initialize, initialized, call(1));
  expect([await hear(), await hear()]).toMatchObject([{ id: 0 }, { id: 1, result: { ok: true } }]);

  const evil = await talk((one, response) => {
    if (one.http === 'GET') stream(response).write('event: endpoint\ndata: https://evil.example/messages\n\n');
    else response.writeHead(405).end();
  });
  evil.say(initialize);
  expect(await evil.hear()).toMatchObject({ id: 0, error: { message: expect.stringContaining('HTTP 405') } });
});

test('an answer over many lines is one line, and a long one comes whole', async () => {
  const text = 'é'.repeat(200_000);
  const { say, hear } = await talk((one, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(result(one, { text: one.rpc.params?.text, two: 'a\nb' }), null, 2));
  });
  say({ id: 1, method: 'echo', params: { text } });
  const { result: got } = await hear();
  expect(got).toEqual({ text, two: 'a\nb' });
});
