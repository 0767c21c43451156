import { expect, test } from 'vitest';
import {
  type Answer,
  before,
  call,
  hasty,
  initialize,
  initialized,
  json,
  legacy,
  listen,
  modern,
  modernCall,
  result,
  stream,
  talkTo,
} from '../../test/talk-to.ts';

test('what came over a stream is heard, and a stream that breaks off is asked for the rest', async () => {
  const { say, hear, seen } = await talkTo(
    legacy(
      (_, response) => {
        stream(response).write('retry: 10\nid: e1\ndata:\n\n');
        const progress = 'id: e2\ndata: {"jsonrpc":"2.0","method":"notifications/progress",\ndata: "params":{}}\n\n';
        response.write(progress, () => response.destroy());
      },
      (one, response) => {
        if (one.headers['last-event-id'] !== 'e2') return void response.writeHead(405).end();
        stream(response).end('id: e3\ndata: {"jsonrpc":"2.0","id":1,"result":{"late":true}}\n\n');
      },
    ),
    hasty,
  );
  say(initialize, initialized, call(1));
  await hear();
  expect(await hear()).toMatchObject({ method: 'notifications/progress' });
  expect(await hear()).toMatchObject({ id: 1, result: { late: true } });
  expect(seen.filter(({ headers }) => headers['last-event-id'] === 'e2')).toHaveLength(1);
});

test('the standing stream is opened once the session is, and again when it ends', async () => {
  let streams = 0;
  const { say, hear } = await talkTo(
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
    hasty,
  );
  say(initialize, initialized);
  await hear();
  expect((await hear()).params).toEqual({ streams: 1, from: 'the beginning' });
  expect((await hear()).params).toEqual({ streams: 2, from: 'e1' });
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
  const { say, hear } = await talkTo((one, response) =>
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
  const { say, hear } = before(url, hasty);
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
  const { say, hear } = await talkTo((one, response) => {
    if (++tries < 3) response.writeHead(503, { 'retry-after': '1' }).end();
    else json(response, result(one));
  }, hasty);
  say(modernCall(1));
  expect(await hear()).toMatchObject({ id: 1, result: { ok: true } });
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
  const { say, hear } = await talkTo(old);
  say(initialize, initialized, call(1));
  expect([await hear(), await hear()]).toMatchObject([{ id: 0 }, { id: 1, result: { ok: true } }]);

  const evil = await talkTo((one, response) => {
    if (one.http === 'GET') stream(response).write('event: endpoint\ndata: https://evil.example/messages\n\n');
    else response.writeHead(405).end();
  });
  evil.say(initialize);
  expect(await evil.hear()).toMatchObject({ id: 0, error: { message: expect.stringContaining('HTTP 405') } });
});

test('an answer over many lines is one line, and a long one comes whole', async () => {
  const text = 'é'.repeat(200_000);
  const { say, hear } = await talkTo((one, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(result(one, { text: one.rpc.params?.text, two: 'a\nb' }), null, 2));
  });
  say({ id: 1, method: 'echo', params: { text } });
  const { result: got } = await hear();
  expect(got).toEqual({ text, two: 'a\nb' });
});
