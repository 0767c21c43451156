import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { Exchanges } from '../message/exchange.ts';
import { block, type Filter, type Outcome, pass } from '../pipeline/filter.ts';
import { whileOn } from '../pipeline/while-on.ts';
import { join, type StartJudging } from './join.ts';
import { judgeLines } from './judge-lines.ts';
import { openLooker } from './looker.ts';
import { Observer } from './observer.ts';

/** A client and a server that nobody judges, until `begin`. */
function conversation(filters: readonly Filter[]) {
  const client = { source: new PassThrough(), sink: new PassThrough() };
  const server = { source: new PassThrough(), sink: new PassThrough() };
  const outcomes: Outcome[] = [];
  const exchanges = new Exchanges(1_000);
  const observer = new Observer();
  const onOutcome = (outcome: Outcome) => void outcomes.push(outcome);
  observer.attach(
    openLooker({ lineBytesMax: 100_000, nextSeq: observer.nextSeq, exchanges, onOutcome, onStderr: () => {} }),
  );
  let later: ((judging: StartJudging) => void) | undefined;
  const ended: Promise<void> = new Promise((resolve) => {
    join({
      ...{ client, server, observer, bufferBytes: 8_192, judging: undefined, pressure: () => undefined },
      judgingLater: (begin) => {
        later = begin;
      },
      onEnd: (dir) => dir === 'c2s' && resolve(),
      onBroken: () => {},
      onChunk: () => {},
    });
  });
  const judging = judgeLines({
    filters,
    facts: { run: 'run', session: 'session', server: 'server' },
    asked: (response, dir) => exchanges.asked(response, dir),
    spoken: () => true,
    asking: { timeoutMs: 45_000, after: () => () => {}, text: () => '' },
    holdBytesMax: 1_000_000,
  });
  const begin = () => judging && later?.(judging);
  const read = (sink: PassThrough) => Buffer.from((sink.read() as Buffer | null) ?? '').toString();
  const turn = () => new Promise(setImmediate);
  return { client, server, outcomes, observer, begin, read, turn, ended };
}

const call = (id: number, tool: string) =>
  `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"${tool}"}}\n`;

const judge: Filter = {
  name: 'judge',
  onFailure: 'block',
  judge: ({ rpc }) =>
    (rpc?.params as { name?: string } | undefined)?.name === 'delete' ? block('deleting is not allowed.') : pass,
};

test('wherever judging begins, no byte is lost, doubled or moved, and each message is seen once', async () => {
  const text = call(1, 'a') + call(2, 'b') + call(3, 'c');
  for (let cut = 0; cut <= text.length; cut += 3) {
    const talk = conversation([judge]);
    talk.client.source.write(text.slice(0, cut));
    await talk.turn();
    talk.begin();
    talk.client.source.write(text.slice(cut));
    talk.client.source.end();
    await talk.ended;
    talk.observer.drain();
    expect([cut, talk.read(talk.server.sink)]).toEqual([cut, text]);
    expect(talk.outcomes.map(({ message }) => message.rpc?.id)).toEqual([1, 2, 3]);
  }
});

test('a message of which a part has gone on goes on whole, and the next is judged', async () => {
  const talk = conversation([judge]);
  talk.client.source.write(call(1, 'delete').slice(0, 20));
  await talk.turn();
  talk.begin();
  talk.client.source.write(call(1, 'delete').slice(20) + call(2, 'delete'));
  talk.client.source.end();
  await talk.ended;
  expect(talk.read(talk.server.sink)).toBe(call(1, 'delete'));
  expect(JSON.parse(talk.read(talk.client.sink))).toMatchObject({ id: 2, result: { isError: true } });
});

test('an answer of km waits until the line that is under way the other way is whole', async () => {
  const talk = conversation([judge]);
  const response = '{"jsonrpc":"2.0","id":9,"result":{}}\n';
  talk.server.source.write(response.slice(0, 10));
  await talk.turn();
  talk.begin();
  talk.client.source.write(call(2, 'delete'));
  await talk.turn();
  talk.server.source.write(response.slice(10));
  await talk.turn();
  const lines = talk.read(talk.client.sink).trimEnd().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { id: number }).id)).toEqual([9, 2]);
});

test('a filter that is switched off lets everything go on, and judges again when it is on', async () => {
  let on = true;
  const talk = conversation([whileOn(judge, () => on)]);
  talk.begin();
  const heard = async (id: number) => {
    talk.client.source.write(call(id, 'delete'));
    await talk.turn();
    return talk.read(talk.server.sink) !== '';
  };
  expect(await heard(1)).toBe(false);
  on = false;
  expect(await heard(2)).toBe(true);
  talk.client.source.write('no message\n');
  await talk.turn();
  expect(talk.read(talk.server.sink)).toBe('no message\n');
  on = true;
  expect(await heard(3)).toBe(false);
});
