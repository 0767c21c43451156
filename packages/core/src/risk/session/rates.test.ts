import { describe, expect, test } from 'vitest';
import { Machine, type Talk } from '../../../test/conversation.ts';

const minuteMs = 60_000;

/** A tool that was called so often in each of many minutes, each time with something else. */
function used(perMinute: number, minutes = 30, size = 50): { machine: Machine; talk: Talk } {
  const machine = new Machine();
  const talk = machine.talk('files');
  for (let minute = 0; minute <= minutes; minute++) {
    for (let call = 0; call < perMinute; call++) talk.calls('read', { path: `${minute}/${call}/${'x'.repeat(size)}` });
    machine.now += minuteMs;
  }
  return { machine, talk };
}

/** What so many calls within one minute give at the last. */
function burst(talk: Talk, calls: number, tool = 'read', text = ''): string[] {
  let found: string[] = [];
  for (let call = 0; call < calls; call++) found = talk.calls(tool, { path: `burst ${call} ${text}` });
  return found;
}

describe('what is unusual for a tool is found', () => {
  test.each([
    [1, 11],
    [2, 11],
    [3, 16],
    [5, 26],
    [10, 51],
    [20, 101],
  ])('used %i times a minute, then %i times', (usually, now) => {
    expect(burst(used(usually).talk, now)).toEqual(['rate.unusual']);
  });

  test('arguments far longer than ever', () => {
    const { talk } = used(2);
    expect(talk.calls('read', { path: 'x'.repeat(30_000) })).toEqual(['rate.unusual']);
  });

  test('what was learned in one session, in another session', () => {
    const { machine } = used(2);
    expect(burst(machine.newTalk('files'), 30)).toEqual(['rate.unusual']);
  });

  test('what was learned before the file was written anew', () => {
    const { machine } = used(2);
    const next = new Machine();
    for (const fact of machine.memory.snapshot(machine.now)) next.memory.apply(fact);
    expect(burst(next.talk('files'), 30)).toEqual(['rate.unusual']);
  });

  test('far more weighs more', () => {
    const { talk } = used(1);
    burst(talk, 40);
    const rpc = { id: 1, method: 'tools/call', params: { name: 'read', arguments: {} } };
    expect(talk.knowledge.look({ dir: 'c2s', rpc }, [])).toMatchObject([{ rule: 'rate.unusual', weight: 0.5 }]);
  });

  test('a flood does not make the next flood usual', () => {
    const { machine, talk } = used(1);
    burst(talk, 500);
    machine.now += minuteMs;
    expect(burst(talk, 101)).toEqual(['rate.unusual']);
  });

  test('a session that ends keeps what it counted', () => {
    const machine = new Machine();
    for (let session = 0; session < 30; session++) {
      const talk = machine.newTalk('files');
      talk.calls('read', { session });
      talk.knowledge.end();
    }
    expect(burst(machine.newTalk('files'), 11)).toEqual(['rate.unusual']);
  });
});

describe('the same call again and again is found', () => {
  const loop = (calls: readonly unknown[], pauseMs = 0): string[] => {
    const machine = new Machine();
    const talk = machine.talk('files');
    let found: string[] = [];
    for (const args of calls) {
      machine.now += pauseMs;
      found = talk.calls('read', args);
    }
    return found;
  };
  const times = (count: number, args: (index: number) => unknown) =>
    Array.from({ length: count }, (_, index) => args(index));

  test('after twenty times', () => {
    expect(loop(times(21, () => ({ path: 'a' })))).toEqual(['rate.loop']);
  });
  test('whatever the order of its arguments', () => {
    expect(loop(times(21, (index) => (index % 2 ? { a: 1, b: 2 } : { b: 2, a: 1 })))).toEqual(['rate.loop']);
  });
  test('with pauses, within a minute', () => {
    expect(
      loop(
        times(21, () => ({})),
        2_500,
      ),
    ).toEqual(['rate.loop']);
  });
  test('without arguments', () => {
    expect(loop(times(21, () => undefined))).toEqual(['rate.loop']);
  });
  test('when others come in between', () => {
    expect(loop(times(41, (index) => (index % 2 ? { path: index } : { path: 'a' })))).toEqual(['rate.loop']);
  });

  test('twenty times are none', () => {
    expect(loop(times(20, () => ({ path: 'a' })))).toEqual([]);
  });
  test('other arguments are none', () => {
    expect(loop(times(200, (index) => ({ path: index })))).toEqual([]);
  });
  test('polling every four seconds is none', () => {
    expect(
      loop(
        times(100, () => ({ job: 7 })),
        4_000,
      ),
    ).toEqual([]);
  });
});

describe('what is usual is left alone', () => {
  test.each([
    [1, 10],
    [3, 15],
    [10, 30],
    [20, 60],
  ])('used %i times a minute, then %i times', (usually, now) => {
    expect(burst(used(usually).talk, now)).toEqual([]);
  });

  test('a tool that is new', () => {
    expect(burst(new Machine().talk('files'), 500)).toEqual([]);
  });
  test('a tool of which little is known', () => {
    expect(burst(used(1, 15).talk, 100)).toEqual([]);
  });
  test('another tool', () => {
    expect(burst(used(1).talk, 100, 'write')).toEqual([]);
  });
  test('long arguments, where they are usual', () => {
    expect(used(2, 30, 9_000).talk.calls('read', { path: 'x'.repeat(30_000) })).toEqual([]);
  });
  test('a tool of the same name at another server', () => {
    expect(burst(used(1).machine.talk('other'), 100)).toEqual([]);
  });
  test('a busy day after quiet ones, spread out', () => {
    const { machine, talk } = used(1);
    for (let call = 0; call < 100; call++) {
      machine.now += 10_000;
      expect(talk.calls('read', { path: `day ${call}` })).toEqual([]);
    }
  });
});
