import fc from 'fast-check';
import { expect, test } from 'vitest';
import { call, chain } from '../../test/chain.ts';
import { Histogram } from '../histogram.ts';
import { RecordLine } from './record-line.ts';
import { type Dimension, type Figures, Stats } from './stats.ts';

function count(lines: readonly string[], by: readonly Dimension[] = ['method', 'tool']): Stats {
  const stats = new Stats(by);
  const line = new RecordLine();
  for (const text of lines) {
    const bytes = Buffer.from(text);
    if (line.read(bytes, 0, bytes.length) === 'record') stats.add(line);
  }
  return stats;
}

function shown({ group, calls, errors, unanswered, messages }: Figures): object {
  return { group: group.join(' '), calls, errors, unanswered, messages };
}

test('calls, errors and silence are counted per method and tool, bytes by their way', () => {
  const run = chain('a');
  const lines = [
    ...call(run, 1),
    ...call(run, 3, { status: 'tool_error' }),
    ...call(run, 5, { method: 'resources/read', tool: 'file:///x', status: 'error', bytes: 7 }),
    run.add({ seq: 7, kind: 'request', dir: 'c2s', method: 'tools/call', tool: 'read', id: 9, call: 7, bytes: 1_000 }),
    run.add({ seq: 8, kind: 'notification', dir: 's2c', method: 'notifications/progress', bytes: 11 }),
    run.add({ seq: 9, kind: 'stderr', text: 'is no message' }),
  ];
  const stats = count(lines);
  expect(stats.figures.map(shown)).toEqual([
    { group: 'tools/call read', calls: 2, errors: 1, unanswered: 1, messages: 5 },
    { group: 'resources/read file:///x', calls: 1, errors: 1, unanswered: 0, messages: 2 },
    { group: 'notifications/progress ', calls: 0, errors: 0, unanswered: 0, messages: 1 },
  ]);
  expect([stats.total.bytesC2s, stats.total.bytesS2c]).toEqual([1_087, 98]);
});

test('a call that waits for a person, with its retry, and a task with its polls, are one call each', () => {
  const run = chain('a');
  const about = { method: 'tools/call', tool: 'read' };
  const leg = (seq: number, status: string, of: number, method = 'tools/call'): string[] => [
    run.add({ seq, kind: 'request', dir: 'c2s', ...about, method, id: seq, call: of }),
    run.add({ seq: seq + 1, kind: 'response', dir: 's2c', ...about, method, id: seq, call: of, status, ms: 4 }),
  ];
  const lines = [
    ...leg(1, 'input_required', 1),
    ...leg(3, 'ok', 1),
    ...leg(5, 'task', 5),
    ...leg(7, 'task', 5, 'tasks/get'),
  ];
  const [total] = count([...lines, ...leg(9, 'ok', 5, 'tasks/result')], ['tool']).figures;
  expect(total).toMatchObject({ calls: 2, errors: 0, unanswered: 0, messages: 10 });
});

test('answers to requests before the view, to none at all, and to refused ones hide no silence', () => {
  const run = chain('a');
  const request = { kind: 'request', dir: 'c2s', method: 'm' };
  const response = { kind: 'response', dir: 's2c', method: 'm', status: 'ok', ms: 1 };
  const lines = [
    run.add({ seq: 10, ...response, call: 3 }),
    run.add({ seq: 11, ...request, call: 11 }),
    run.add({ seq: 12, ...request, call: 12, outcome: 'blocked', risk: 0.9 }),
    run.add({ seq: 13, ...response, unpaired: true }),
    run.add({ seq: 14, ...request, call: 14, risk: 0.3 }),
    run.add({ seq: 15, ...response, call: 14, late: true }),
  ];
  expect(count(lines).total).toMatchObject({ calls: 2, unanswered: 1, blocked: 1, noted: 1, riskMax: 0.9, late: 1 });
});

test('a call that came through another km counts once, if that km has it in the log too', () => {
  const [outer, inner] = [chain('a'), chain('b')];
  const via = { kind: 'request', dir: 'c2s', method: 'm', via: 'a' };
  const lines = [
    outer.add({ seq: 1, kind: 'request', dir: 'c2s', method: 'm', call: 1 }),
    inner.add({ seq: 1, ...via, call: 1 }),
    inner.add({ seq: 2, ...via, call: 2, via: 'on another machine' }),
  ];
  expect(count(lines).total).toMatchObject({ messages: 2 });
});

test('it counts once also where the km behind wrote first', () => {
  const [outer, inner] = [chain('a'), chain('b')];
  const via = { kind: 'request', dir: 'c2s', method: 'm', via: 'a' };
  const first = [inner.add({ seq: 1, ...via, call: 1 }), inner.add({ seq: 2, ...via, call: 2 })];
  expect(count(first).total).toMatchObject({ messages: 2 });
  const both = [...first, outer.add({ seq: 1, kind: 'request', dir: 'c2s', method: 'm', call: 1 })];
  expect(count(both).total).toMatchObject({ messages: 1 });
});

test('the elements of a batch count singly', () => {
  const run = chain('a');
  const parts = [
    { kind: 'request', method: 'a', id: 1, call: 1 },
    { kind: 'request', method: 'b', id: 2, call: 1 },
    { kind: 'notification', method: 'c' },
  ];
  const answers = [{ kind: 'response', method: 'a', id: 1, call: 1, ms: 3, status: 'error' }];
  const lines = [
    run.add({ seq: 1, kind: 'batch', dir: 'c2s', bytes: 90, parts }),
    run.add({ seq: 2, kind: 'batch', dir: 's2c', bytes: 30, parts: answers }),
  ];
  expect(count(lines, ['method']).figures.map(shown)).toEqual([
    { group: 'a', calls: 1, errors: 1, unanswered: 0, messages: 2 },
    { group: '(batch)', calls: 0, errors: 0, unanswered: 0, messages: 2 },
    { group: 'b', calls: 0, errors: 0, unanswered: 1, messages: 1 },
    { group: 'c', calls: 0, errors: 0, unanswered: 0, messages: 1 },
  ]);
});

test('figures can be told apart by client, by the way a call goes, and by how it ended', () => {
  const run = chain('a');
  const session = run.add({ seq: 0, kind: 'session', client: { name: 'claude-code' } });
  const lines = [session, ...call(run, 1), ...call(run, 3, { status: 'error' })];
  const groups = (by: Dimension): string[] => count(lines, [by]).figures.map(({ group }) => group.join());
  expect([groups('client'), groups('dir'), groups('status')]).toEqual([['claude-code'], ['c2s'], ['ok', 'error', '']]);
});

test('more groups than memory has room for are counted together', () => {
  const run = chain('a');
  const lines = Array.from({ length: 12_000 }, (_, index) =>
    run.add({ seq: index + 1, kind: 'notification', dir: 's2c', method: `m${index}`, bytes: 1 }),
  );
  const { figures, total } = count(lines, ['method']);
  expect(figures.length).toBe(10_001);
  expect(figures[0]).toMatchObject({ group: ['(other)'], messages: 2_000 });
  expect(total.messages).toBe(12_000);
});

test('quantiles lie within one percent of a value that was counted', () => {
  const durations = fc.array(fc.double({ min: 0.01, max: 1e7, noNaN: true }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(durations, fc.constantFrom(0.5, 0.95, 0.99), (values, q) => {
      const histogram = new Histogram();
      const half = new Histogram();
      for (const [index, value] of values.entries()) (index % 2 === 0 ? histogram : half).add(value);
      histogram.merge(half);
      const exact = values.toSorted((a, b) => a - b)[Math.ceil(q * values.length) - 1] as number;
      const error = Math.abs((histogram.quantile(q) as number) - exact) / exact;
      expect(error).toBeLessThanOrEqual(0.010_001);
    }),
  );
});
