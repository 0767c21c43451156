import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Field, RecordLine } from './record-line.ts';

const run = '019ab3f2-0001-7000-8000-01a20244e800';
const prev = '0'.repeat(64);
const base = { v: 1, ts: '2026-11-22T08:00:00.000Z', run, session: 'a', seq: 3, kind: 'request' };
const fields = 'ts run session seq server kind method tool id call bytes ms status late by risk parts'.split(' ');

function read(text: string): { readonly kind: string; readonly line: RecordLine } {
  const padded = Buffer.from(`xx${text}\nyy`);
  const line = new RecordLine();
  return { kind: line.read(padded, 2, padded.length - 3), line };
}

function headOf(line: RecordLine): Record<string, unknown> {
  return Object.fromEntries(fields.map((field) => [field, line.value(field as Field)]));
}

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('"', '\\', '\\"', '","outcome":"x', '\u2028', '😀'),
);
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const anyRecord = fc.record({
  v: fc.constant(1),
  ts: anyText,
  run: anyText,
  session: anyText,
  seq: fc.nat(Number.MAX_SAFE_INTEGER),
  server: optional(anyText),
  kind: fc.constantFrom('request', 'response', 'batch', 'opaque'),
  method: optional(anyText),
  tool: optional(anyText),
  id: optional(fc.oneof(anyText, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(null))),
  call: optional(fc.nat()),
  bytes: optional(fc.nat(200)),
  ms: optional(fc.double({ noNaN: true, noDefaultInfinity: true })),
  status: optional(anyText),
  late: optional(fc.constant(true)),
  by: optional(fc.array(fc.record({ by: anyText, verdict: anyText }))),
  risk: optional(fc.double({ min: 0, max: 1, noNaN: true })),
  parts: optional(fc.array(fc.jsonValue() as fc.Arbitrary<object>)),
  later: optional(fc.jsonValue()),
  prev: fc.constant(prev),
  message: optional(fc.jsonValue()),
  raw: optional(anyText),
});

test('any record reads as JSON.parse reads it, with its keys in any order and spaced in any way', () => {
  fc.assert(
    fc.property(anyRecord, fc.boolean(), fc.constantFrom(0, 1), (record, isTurned, indent) => {
      const entries = Object.entries(record);
      const shape = Object.fromEntries(isTurned ? entries.reverse() : entries);
      const text = JSON.stringify(shape, undefined, indent).replaceAll('\n', ' ');
      const { kind, line } = read(text);
      const parsed = JSON.parse(text) as Record<string, unknown>;
      expect(kind).toBe('record');
      expect(headOf(line)).toEqual(Object.fromEntries(fields.map((field) => [field, parsed[field]])));
      expect(line.text('method')).toBe(parsed.method);
      expect(line.number('seq')).toBe(parsed.seq);
      expect(line.number('ms')).toBe(parsed.ms);
      expect(line.whole()).toEqual(parsed);
    }),
    { numRuns: 2_000 },
  );
});

test('a record cut short anywhere is no record', () => {
  const message = { jsonrpc: '2.0', id: 1, params: { a: '}', b: [1, { c: '"}' }] } };
  const bytes = JSON.stringify(message).length;
  const bodies: Record<string, unknown>[] = [
    {},
    { bytes, prev, message },
    { bytes, redacted: 1, prev, message },
    { prev, raw: '"}\\' },
  ];
  for (const body of bodies) {
    const text = JSON.stringify({ ...base, ...body });
    for (let end = 0; end < text.length; end++)
      expect(read(text.slice(0, end)).kind, text.slice(0, end)).toBe('foreign');
    expect(read(text).kind).toBe('record');
  }
});

test('keys inside strings and inside the message are not the record’s', () => {
  const forged = { ...base, method: '","outcome":"blocked","x":"', prev, message: { outcome: 'blocked', seq: 99 } };
  const { kind, line } = read(JSON.stringify(forged));
  expect([kind, line.text('outcome'), line.number('seq')]).toEqual(['record', undefined, 3]);
});

test('a key that stands twice, before or behind the message, counts as it does for JSON.parse', () => {
  const text = JSON.stringify({ ...base, outcome: 'forwarded', bytes: 7, prev, message: { a: 1 } });
  const twice = text.replace('"bytes":7', '"bytes":7,"outcome":"blocked"');
  const behind = text.replace('"message":{"a":1}', '"message":{"a":1},"outcome":"blocked"');
  for (const forged of [twice, behind]) {
    const { kind, line } = read(forged);
    expect([kind, line.text('outcome')]).toEqual(['record', 'blocked']);
  }
});

test('a message of the announced length that ends in another key does not hide it', () => {
  const tail = '{"a":1},"outcome":{}';
  const text = JSON.stringify({ ...base, bytes: tail.length, prev, message: 0 }).replace(/0\}$/, `${tail}}`);
  expect(read(text).line.has('outcome')).toBe(true);
});

test('other versions are told from what is no record at all', () => {
  const kinds = [{ ...base, v: 2 }, { v: 7 }, { ...base, v: '1' }, { ...base, kind: 4 }, [base], null, { a: 1 }];
  const found = kinds.map((value) => read(JSON.stringify(value)).kind);
  expect(found).toEqual(['unknown-version', 'unknown-version', 'foreign', 'foreign', 'foreign', 'foreign', 'foreign']);
});

test('a carriage return at the end does not matter, nor does depth', () => {
  const deep = `${'['.repeat(300)}${']'.repeat(300)}`;
  expect(read(`${JSON.stringify({ ...base, prev, raw: deep })}\r`).kind).toBe('record');
  expect(read(`${JSON.stringify({ ...base, prev, message: 0 }).replace(/0\}$/, `${deep}}`)}\r`).kind).toBe('record');
});
