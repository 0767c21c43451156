import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { Exchanges } from '../message/exchange.ts';
import type { Rpc } from '../message/message.ts';
import { type Filter, type Outcome, pass } from '../pipeline/filter.ts';
import { join } from './join.ts';
import { judgeLines } from './judge-lines.ts';
import { openLooker } from './looker.ts';
import { Observer } from './observer.ts';

/** Wants a person asked about every call of `deploy`. */
const careful: Filter = {
  name: 'careful',
  onFailure: 'block',
  judge: ({ rpc }) =>
    rpc?.method === 'tools/call' && (rpc.params as { name: string }).name === 'deploy'
      ? { kind: 'ask', reason: 'It deploys.' }
      : { kind: 'pass' },
};

/** Takes its time over pings. */
const slow: Filter = {
  name: 'slow',
  onFailure: 'block',
  judge: ({ rpc }) => (rpc?.method === 'ping' ? new Promise((resolve) => setImmediate(resolve, pass)) : pass),
};

/** Client and server, message by message, and a clock that the test moves. */
function conversation(filters: readonly Filter[] = [careful]) {
  const client = { source: new PassThrough(), sink: new PassThrough() };
  const server = { source: new PassThrough(), sink: new PassThrough() };
  const outcomes: Outcome[] = [];
  const exchanges = new Exchanges(1_000);
  const observer = new Observer();
  observer.attach(
    openLooker({
      lineBytesMax: 100_000,
      nextSeq: observer.nextSeq,
      exchanges,
      onOutcome: (outcome) => outcomes.push(outcome),
      onStderr: () => {},
    }),
  );
  let ring = () => {};
  join({
    client,
    server,
    observer,
    judging: judgeLines({
      filters,
      facts: { run: 'run', session: 'session', server: 'server' },
      asked: (response, dir) => exchanges.asked(response, dir),
      spoken: () => true,
      asking: {
        timeoutMs: 45_000,
        after: (_, act) => {
          ring = act;
          return () => {
            ring = () => {};
          };
        },
        text: ({ params }, reason) => `${JSON.stringify(params)} ${reason}`,
      },
      holdBytesMax: 1_000_000,
    }),
    bufferBytes: 8_192,
    pressure: () => undefined,
    onEnd: () => {},
    onBroken: () => {},
    onChunk: () => {},
  });
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const read = (sink: PassThrough): Rpc[] =>
    Buffer.from((sink.read() as Buffer | null) ?? '')
      .toString()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  return {
    /** What both sides have got since the last look. */
    async got() {
      await turn();
      await turn();
      observer.drain();
      return { server: read(server.sink), client: read(client.sink) };
    },
    /** Says messages, all in one chunk. */
    client: (...messages: object[]) =>
      client.source.write(messages.map((one) => `${JSON.stringify({ jsonrpc: '2.0', ...one })}\n`).join('')),
    time: () => ring(),
    leave: () => client.source.end(),
    serverEnds: () => server.source.end(),
    outcomes: () => outcomes.map(({ message, outcome }) => `${message.rpc?.method ?? 'response'} ${outcome}`),
    decisions: () => outcomes.flatMap(({ decisions }) => decisions.map(({ by, verdict }) => `${by} ${verdict}`)),
  };
}

const deploy = { method: 'tools/call', params: { name: 'deploy', arguments: { to: 'production' } } };
const yes = { action: 'accept', content: { allow: true } };
const initialize = { id: 0, method: 'initialize', params: { capabilities: { elicitation: {} } } };

describe('a client of a revision in which servers may ask', () => {
  async function asked() {
    const talk = conversation();
    talk.client(initialize);
    talk.client({ id: 7, ...deploy });
    const { client } = await talk.got();
    return { talk, question: client[0] as Rpc };
  }

  test('is asked, with the exact call; its yes lets the very call through, and never reaches the server', async () => {
    const { talk, question } = await asked();
    expect(question).toMatchObject({ id: expect.stringMatching(/^km-ask-/), method: 'elicitation/create' });
    expect((question.params as { message: string }).message).toContain('"to":"production"');
    talk.client({ id: question.id, result: yes });
    expect(await talk.got()).toEqual({ server: [{ jsonrpc: '2.0', id: 7, ...deploy }], client: [] });
    expect(talk.decisions()).toEqual(['careful ask', 'person pass']);
    expect(talk.outcomes()).toEqual(['initialize forwarded', 'response taken', 'tools/call forwarded']);
  });

  test.each([
    ['a no', { action: 'decline' }],
    ['a form closed', { action: 'cancel' }],
    ['a yes without the tick', { action: 'accept', content: { allow: false } }],
    ['nonsense', 7],
  ])('%s stops the call, and the model is told', async (_, result) => {
    const { talk, question } = await asked();
    talk.client({ id: question.id, result });
    const { server, client } = await talk.got();
    expect(server).toEqual([]);
    expect(client).toEqual([{ jsonrpc: '2.0', id: 7, result: { content: expect.anything(), isError: true } }]);
  });

  test('an approval holds once: the same call again is asked about again', async () => {
    const { talk, question } = await asked();
    talk.client({ id: question.id, result: yes });
    await talk.got();
    talk.client({ id: 8, ...deploy });
    expect((await talk.got()).client).toMatchObject([{ method: 'elicitation/create' }]);
  });

  test('a yes to what the server asks under such an id is no yes to what km asks', async () => {
    const { talk } = await asked();
    for (const guess of ['km-ask-', 'km-ask-0', 'km-ask-1', 'km-ask-2']) talk.client({ id: guess, result: yes });
    expect(await talk.got()).toEqual({ server: [], client: [] });
  });

  test('meanwhile other messages overtake', async () => {
    const { talk } = await asked();
    talk.client({ id: 8, method: 'ping' });
    expect((await talk.got()).server).toMatchObject([{ id: 8, method: 'ping' }]);
  });

  test('who does not answer in time is refused, and the question is taken back', async () => {
    const { talk, question } = await asked();
    talk.time();
    const { server, client } = await talk.got();
    expect(server).toEqual([]);
    expect(client).toMatchObject([
      { method: 'notifications/cancelled', params: { requestId: question.id } },
      { id: 7, result: { isError: true } },
    ]);
    talk.client({ id: question.id, result: yes });
    expect(await talk.got()).toEqual({ server: [], client: [] });
  });

  test('what is taken is on record behind a line before it that is still held', async () => {
    const talk = conversation([careful, slow]);
    talk.client(initialize, { id: 7, ...deploy });
    await talk.got();
    talk.client({ id: 8, method: 'ping' }, { method: 'notifications/cancelled', params: { requestId: 7 } });
    await talk.got();
    const outcomes = talk.outcomes();
    expect(outcomes.indexOf('ping forwarded')).toBeLessThan(outcomes.indexOf('notifications/cancelled taken'));
  });

  test('a call that is cancelled while held is dropped with its cancellation', async () => {
    const { talk } = await asked();
    talk.client({ method: 'notifications/cancelled', params: { requestId: 7 } });
    expect((await talk.got()).server).toEqual([]);
    expect(talk.outcomes()).toContain('notifications/cancelled taken');
  });

  test('a client that leaves takes its calls with it', async () => {
    const { talk } = await asked();
    talk.leave();
    expect((await talk.got()).server).toEqual([]);
    expect(talk.outcomes()).toContain('tools/call answered');
  });

  test('a call that is held when the server ends is refused, and on record', async () => {
    const { talk } = await asked();
    talk.serverEnds();
    expect((await talk.got()).client).toMatchObject([{ id: 7, result: { isError: true } }]);
    expect(talk.outcomes()).toContain('tools/call answered');
  });
});

test('a client that offers no elicitation is told how such calls can be allowed', async () => {
  const talk = conversation();
  talk.client({ id: 0, method: 'initialize', params: { capabilities: {} } });
  talk.client({ id: 7, ...deploy });
  const { server, client } = await talk.got();
  expect(server).toMatchObject([{ method: 'initialize' }]);
  expect(JSON.stringify(client[0])).toMatch(/It deploys\. Nobody can be asked.*policy\.yaml/);
});

describe('MCP 2026-07-28', () => {
  const meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': { elicitation: {} },
  };
  const modern = { method: 'tools/call', params: { ...deploy.params, _meta: meta } };

  async function asked() {
    const talk = conversation();
    talk.client({ id: 7, ...modern });
    const { client } = await talk.got();
    const { requestState, inputRequests } = (client[0] as { result: Record<string, unknown> }).result;
    return { talk, requestState, inputRequests };
  }
  const yes = { km: { action: 'accept', content: { allow: true } } };

  test('the call is answered with a question, and goes on as it was when it is made again with a yes', async () => {
    const { talk, requestState, inputRequests } = await asked();
    expect(inputRequests).toMatchObject({ km: { method: 'elicitation/create' } });
    talk.client({ id: 8, method: 'tools/call', params: { ...modern.params, requestState, inputResponses: yes } });
    expect(await talk.got()).toEqual({ server: [{ jsonrpc: '2.0', id: 8, ...modern }], client: [] });
  });

  test('a yes to one call is no yes to another', async () => {
    const { talk, requestState } = await asked();
    const other = { ...modern.params, arguments: { to: 'the competition' } };
    talk.client({ id: 8, method: 'tools/call', params: { ...other, requestState, inputResponses: yes } });
    const { server, client } = await talk.got();
    expect(server).toEqual([]);
    expect(client).toMatchObject([{ id: 8, result: { isError: true, resultType: 'complete' } }]);
  });

  test('a yes is good once', async () => {
    const { talk, requestState } = await asked();
    const again = { ...modern.params, requestState, inputResponses: yes };
    talk.client({ id: 8, method: 'tools/call', params: again });
    await talk.got();
    talk.client({ id: 9, ...modern });
    await talk.got();
    talk.client({ id: 10, method: 'tools/call', params: again });
    expect((await talk.got()).server).toEqual([]);
  });
});
