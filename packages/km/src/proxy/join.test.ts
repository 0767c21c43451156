import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { Exchanges } from '../message/exchange.ts';
import type { Rpc } from '../message/message.ts';
import { block, type Filter, type Outcome, pass, replace } from '../pipeline/filter.ts';
import { join } from './join.ts';
import { judgeLines } from './judge-lines.ts';
import { openLooker } from './looker.ts';
import { Observer } from './observer.ts';

/** A client and a server that talk through filters; what each receives, and what was seen. */
function conversation(filters: readonly Filter[], holdBytesMax = 1_000_000, spoken = true) {
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
  const ended: Promise<void> = new Promise((resolve) => {
    join({
      client,
      server,
      observer,
      judging: judgeLines({
        filters,
        facts: { run: 'run', session: 'session', server: 'server' },
        asked: (response, dir) => exchanges.asked(response, dir),
        spoken: () => spoken,
        asking: { timeoutMs: 45_000, after: () => () => {}, text: () => '' },
        holdBytesMax,
      }),
      bufferBytes: 8_192,
      pressure: () => undefined,
      onEnd: (dir) => dir === 'c2s' && resolve(),
      onBroken: () => {},
      onChunk: () => {},
    });
  });
  const received = (sink: PassThrough) => Buffer.from((sink.read() as Buffer | null) ?? '').toString();
  return {
    client,
    server,
    outcomes,
    /** The client says all this and closes its end. */
    async says(...chunks: (string | Uint8Array)[]) {
      for (const chunk of chunks) client.source.write(chunk);
      client.source.end();
      await ended;
      observer.drain();
      return {
        server: received(server.sink),
        client: received(client.sink),
        seen: outcomes.map(({ outcome }) => outcome),
      };
    },
  };
}

const call = (id: number, tool: string) =>
  `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"${tool}"}}\n`;
const toolOf = (params: unknown) => (params as { name?: string } | undefined)?.name;

/** Stops one tool, asks for a moment to think about another, renames a third. */
const judge: Filter = {
  name: 'judge',
  onFailure: 'block',
  wants: (kind) => kind === 'request',
  judge({ rpc }) {
    const tool = toolOf(rpc?.params);
    if (tool === 'delete') return block('deleting is not allowed.');
    if (tool === 'slow') return new Promise((resolve) => setImmediate(() => resolve(pass)));
    if (tool === 'old') return replace({ ...rpc, params: { name: 'new' } }, 'renamed');
    if (tool === 'throws') throw new Error('oh');
    return pass;
  },
};

test('without judges every byte goes on as it came', async () => {
  const odd = Buffer.from([0, 255, 10, 13, 10, 10, 123]);
  const talk = conversation([]);
  const { server, seen } = await talk.says(odd);
  expect(Buffer.from(server)).toEqual(Buffer.from(odd.toString()));
  expect(seen).toHaveLength(4);
});

describe('with a judge', () => {
  test('what it passes keeps its bytes, whatever they look like', async () => {
    const line = '{ "id":1.0, "method" : "tools/call","params":{"name":"x\\u0041"} } \r\n';
    expect((await conversation([judge]).says(line)).server).toBe(line);
  });

  test('a blocked call never reaches the server, and the client hears why in a way its model can read', async () => {
    const { server, client, seen } = await conversation([judge]).says(call(1, 'delete'), call(2, 'read'));
    expect(server).toBe(call(2, 'read'));
    expect(JSON.parse(client)).toEqual({
      jsonrpc: '2.0',
      id: 1,
      result: {
        content: [
          { type: 'text', text: expect.stringMatching(/^Blocked by km: deleting is not allowed\. .*Do not try/) },
        ],
        isError: true,
      },
    });
    expect(seen).toEqual(['answered', 'forwarded']);
  });

  test('order is kept behind a message that is held', async () => {
    const lines = [call(1, 'slow'), call(2, 'a'), call(3, 'slow'), call(4, 'b')];
    expect((await conversation([judge]).says(lines.join(''))).server).toBe(lines.join(''));
  });

  test('a changed message goes on changed, and both versions are seen', async () => {
    const talk = conversation([judge]);
    const { server } = await talk.says(call(1, 'old'));
    expect(server).toBe(call(1, 'new'));
    expect(talk.outcomes[0]).toMatchObject({
      outcome: 'changed',
      decisions: [{ by: 'judge', verdict: 'replace', reason: 'renamed' }],
    });
  });

  test('one that throws has not judged: it is on record, and its onFailure decides', async () => {
    const closed = conversation([judge]);
    expect((await closed.says(call(1, 'throws'))).server).toBe('');
    expect(closed.outcomes[0]?.decisions).toEqual([{ by: 'judge', verdict: 'unjudged', reason: 'failed: oh' }]);
    const open = conversation([{ ...judge, onFailure: 'pass' }]);
    expect((await open.says(call(1, 'throws'))).server).toBe(call(1, 'throws'));
  });

  test('one that never answers is given up at its deadline', async () => {
    const silent: Filter = { name: 'silent', onFailure: 'pass', deadlineMs: 5, judge: () => new Promise(() => {}) };
    const talk = conversation([silent]);
    expect((await talk.says(call(1, 'x'))).server).toBe(call(1, 'x'));
    expect(talk.outcomes[0]?.decisions[0]).toMatchObject({ verdict: 'unjudged', reason: 'no verdict within 5 ms' });
  });

  test('one that answers nonsense has not judged', async () => {
    const odd: Filter = { name: 'odd', onFailure: 'block', judge: () => ({ kind: 'maybe' }) as never };
    const talk = conversation([odd]);
    expect((await talk.says(call(1, 'x'))).server).toBe('');
    expect(talk.outcomes[0]?.decisions[0]).toMatchObject({ verdict: 'unjudged' });
  });

  test('the elements of a batch are judged singly', async () => {
    const batch = `[${[call(1, 'read'), call(2, 'delete'), call(3, 'old')].map((line) => line.trim()).join()}]\n`;
    const { server, client } = await conversation([judge]).says(batch);
    expect(JSON.parse(server).map(({ params }: { params: unknown }) => toolOf(params))).toEqual(['read', 'new']);
    expect(JSON.parse(client)).toMatchObject({ id: 2, result: { isError: true } });
  });

  test('a line that is no single message is refused when it must not be passed by, else forwarded', async () => {
    const line = '{"a":1}\r{"id":1,"method":"tools/call"}\n';
    const enforcing = conversation([judge]);
    expect(await enforcing.says(line, '\n')).toMatchObject({ server: '\n', seen: ['blocked', 'forwarded'] });
    expect((await conversation([{ ...judge, onFailure: 'pass' }]).says(line)).server).toBe(line);
  });

  test('a line too long to be held is refused when enforcing, else goes through whole', async () => {
    const long = call(1, 'x'.repeat(5_000));
    const pieces = long.match(/.{1,700}\n?/gs) as string[];
    const after = call(2, 'slow');
    const enforcing = await conversation([judge], 2_000).says(after, ...pieces, after);
    expect(enforcing).toMatchObject({ server: after + after, seen: ['forwarded', 'answered', 'forwarded'] });
    const watching = await conversation([{ ...judge, onFailure: 'pass' }], 2_000).says(after, ...pieces, after);
    expect(watching.server).toBe(after + long + after);
  });

  test('a last line without a newline is judged too', async () => {
    const { server, client } = await conversation([judge]).says(call(1, 'delete').trim());
    expect([server, JSON.parse(client).id]).toEqual(['', 1]);
  });
});

test('until JSON-RPC is spoken plain text goes on, whoever judges; what could be a message does not', async () => {
  const said = 'test\n{"id":NaN}\n\ufeff{}\n[oh\n';
  expect((await conversation([judge], 1_000, false).says(said)).server).toBe('test\n');
  expect((await conversation([judge]).says(said)).server).toBe('');
});

test.each([{}, [], [{ id: 1 }], 'text'])('a replacement that is no message is none: %j', async (rpc) => {
  const careless: Filter = { name: 'careless', onFailure: 'block', judge: () => replace(rpc as Rpc, 'because') };
  const { server, seen } = await conversation([careless]).says(call(1, 'any'));
  expect([server, seen]).toEqual(['', ['answered']]);
});
