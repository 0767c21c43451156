import type { Engine } from '@kilometers/core/risk/assess.ts';
import { combine } from '@kilometers/core/risk/combine.ts';
import type { Subject } from '@kilometers/core/risk/surfaces.ts';
import { expect, test } from 'vitest';
import { sessionJudge } from './session-judge.ts';

function listening() {
  const seen: Subject[] = [];
  const learnt: Subject[] = [];
  const engine: Engine = {
    assess(subject) {
      seen.push(subject);
      return combine([]);
    },
    learn: (subject) => void learnt.push(subject),
    assessText: () => combine([]),
  };
  return { seen, learnt, judge: sessionJudge(engine) };
}

test('a response is judged as the answer to its request, and each message is learnt from', () => {
  const { seen, learnt, judge } = listening();
  const say = (dir: Subject['dir'], rpc: Subject['rpc']) => judge({ kind: 'message', subject: { dir, rpc } });
  say('c2s', { id: 1, method: 'tools/call', params: { name: 'fetch' } });
  say('s2c', { id: 1, method: 'elicitation/create' });
  say('c2s', { id: '1', method: 'resources/read', params: { uri: 'a:b' } });
  say('s2c', { id: '1', result: {} });
  say('s2c', { id: 1, result: {} });
  say('c2s', { id: 1, result: {} });
  say('s2c', { id: 1, result: {} });
  expect(seen.map(({ asked }) => asked)).toEqual([
    ...[undefined, undefined, undefined],
    { method: 'resources/read', target: 'a:b' },
    { method: 'tools/call', target: 'fetch' },
    { method: 'elicitation/create' },
    undefined,
  ]);
  expect(learnt).toEqual(seen);
});

test('what the line says of the request stands over what was seen', () => {
  const { seen, judge } = listening();
  const asked = { method: 'tools/list' };
  judge({ kind: 'message', subject: { dir: 'c2s', rpc: { id: 1, method: 'tools/call' } } });
  judge({ kind: 'message', subject: { dir: 's2c', rpc: { id: 1, result: {} }, asked } });
  expect(seen[1]?.asked).toEqual(asked);
});
