import { expect, test } from 'vitest';
import { chain } from '../../test/chain.ts';
import { parseTime } from './parse-time.ts';
import { matcher, type Query } from './query.ts';
import { RecordLine } from './record-line.ts';

const run = chain('run-a');
const records = [
  run.add({ ts: '2026-11-22T08:00:00.000Z', kind: 'request', dir: 'c2s', method: 'tools/call', tool: 'read', id: 7 }),
  run.add({
    ts: '2026-11-22T09:00:00.000Z',
    kind: 'response',
    dir: 's2c',
    method: 'tools/call',
    id: '7',
    status: 'error',
  }),
  run.add({
    ts: '2026-11-22T10:00:00.000Z',
    kind: 'request',
    dir: 'c2s',
    method: 'ping',
    id: null,
    outcome: 'blocked',
    risk: 0.9,
  }),
  run.add({ ts: '2026-11-22T11:30:00+00:30', kind: 'opaque', dir: 's2c', risk: 0, raw: 'a "quoted" text' }),
  run.add({
    ts: '2026-11-22T12:00:00.000Z',
    kind: 'batch',
    dir: 'c2s',
    parts: [
      { kind: 'request', method: 'tools/call', tool: 'write', id: 8 },
      { kind: 'notification', method: 'ping' },
    ],
    message: [{ path: '/tmp/x' }],
  }),
];

function found(query: Query): number[] {
  const fits = matcher(query);
  const line = new RecordLine();
  const bytes = records.map((record) => Buffer.from(record));
  return bytes.flatMap((record, index) =>
    line.read(record, 0, record.length) === 'record' && fits(line) ? [index] : [],
  );
}

test('each criterion finds its records, and all have to fit', () => {
  expect(found({})).toEqual([0, 1, 2, 3, 4]);
  expect(found({ session: ['run-a'], run: ['run-a'], server: ['files', 'x'] })).toEqual([0, 1, 2, 3, 4]);
  expect(found({ server: ['x'] })).toEqual([]);
  expect(found({ dir: ['s2c'] })).toEqual([1, 3]);
  expect(found({ id: ['7'] })).toEqual([0, 1]);
  expect(found({ id: ['null'] })).toEqual([2]);
  expect(found({ outcome: ['blocked', 'error'] })).toEqual([1, 2]);
  expect(found({ riskMin: 0 })).toEqual([2, 3]);
  expect(found({ riskMin: 0.9 })).toEqual([2]);
  expect(found({ method: ['tools/call'], dir: ['s2c'] })).toEqual([1]);
});

test('a batch is found by its elements, by all criteria on the same one', () => {
  expect(found({ method: ['tools/call'] })).toEqual([0, 1, 4]);
  expect(found({ tool: ['write'], kind: ['request'], id: ['8'] })).toEqual([4]);
  expect(found({ tool: ['write'], kind: ['notification'] })).toEqual([]);
  expect(found({ kind: ['batch'] })).toEqual([4]);
});

test('times in any notation are compared as times', () => {
  expect(found({ since: Date.parse('2026-11-22T10:00:00Z') })).toEqual([2, 3, 4]);
  expect(found({ since: Date.parse('2026-11-22T10:30:00Z'), until: Date.parse('2026-11-22T12:00:00Z') })).toEqual([3]);
});

test('text is found as it is typed, in messages and in lines kept as strings', () => {
  expect(found({ grep: ['"path":"/tmp/x"'] })).toEqual([4]);
  expect(found({ grep: ['a "quoted"', 'ping'] })).toEqual([2, 3, 4]);
});

test('ages and dates are points in time, and anything else is refused', () => {
  const now = Date.parse('2026-11-22T12:00:00Z');
  const times = ['90s', '10m', '1.5h', '7d', '2026-11-22T11:00:00Z'].map((text) => now - parseTime('since', text, now));
  expect(times).toEqual([90_000, 600_000, 5_400_000, 604_800_000, 3_600_000]);
  for (const text of ['', '7', 'yesterday', '-3d', '2026-99-99'])
    expect(() => parseTime('since', text, now)).toThrow(/--since takes an age/);
});
