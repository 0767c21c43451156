import { chainStart, type LogRecord } from '@kilometers/core/record.ts';
import { createRedactor } from '@kilometers/core/redact.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createEncoder } from './encode.ts';
import type { Entry } from './entry.ts';
import { sha256 } from './sha256.ts';

const names = { run: 'r', session: 's', server: 'srv', maxMessage: 1_048_576 };
const encoderOf = (overrides: Partial<typeof names> = {}) =>
  createEncoder({ ...names, ...overrides }, createRedactor());
const at = Date.UTC(2026, 10, 22, 21, 30, 5, 7);
const body = (text: string | Uint8Array, json = true) => ({
  bytes: typeof text === 'string' ? Buffer.from(text) : text,
  json,
});

function encode(entry: Partial<Entry>, overrides: Partial<typeof names> = {}): { line: string; record: LogRecord } {
  const encoder = encoderOf(overrides);
  encoder.add({ kind: 'request', time: at, seq: 1, ...entry });
  const text = Buffer.concat(encoder.pieces).toString();
  expect(text.endsWith('\n')).toBe(true);
  return { line: text.slice(0, -1), record: JSON.parse(text) as LogRecord };
}

test('a record has the documented keys in the documented order, and the message as it came', () => {
  const message = '{"a" : 1.50, "b":12345678901234567890}';
  const { line } = encode({
    ...{
      dir: 'c2s',
      method: 'tools/call',
      tool: 'x"y',
      id: 'é',
      call: 1,
      bytes: 40,
      ms: 1.23456,
      wait_ms: 2,
      status: 'ok',
    },
    ...{ late: true, outcome: 'forwarded', by: [{ by: 'f', verdict: 'pass' }], body: body(`${message} \r`) },
  });
  expect(line).toBe(
    `{"v":1,"ts":"2026-11-22T21:30:05.007Z","run":"r","session":"s","seq":1,"server":"srv","kind":"request","dir":"c2s","method":"tools/call","tool":"x\\"y","id":"é","call":1,"bytes":40,"ms":1.235,"wait_ms":2,"status":"ok","late":true,"outcome":"forwarded","by":[{"by":"f","verdict":"pass"}],"prev":"${chainStart}","message":${message}}`,
  );
});

test('what is not JSON is kept as a string and can not forge a field', () => {
  const forged = '{"a":1},"outcome":"blocked","x":{}';
  const { record } = encode({ kind: 'opaque', opaque: 'not-json', body: body(forged, false) });
  expect(record.raw).toBe(forged);
  expect(record.outcome).toBeUndefined();
});

test('bytes that are no UTF-8 become U+FFFD', () => {
  expect(encode({ kind: 'opaque', body: body(Buffer.from([0x61, 0xff, 0x62]), false) }).record.raw).toBe('a\ufffdb');
});

test('a message over the limit is kept to 64 KiB, cut between characters, and marked', () => {
  for (const shift of ['', 'x', 'xx']) {
    const { record } = encode({ body: body(`"${shift}${'€'.repeat(30_000)}"`) }, { maxMessage: 80_000 });
    expect(record.truncated).toBe(true);
    expect(record.message).toBeUndefined();
    expect(record.raw).toMatch(/^"x{0,2}€+$/);
    expect(Buffer.byteLength(record.raw ?? '')).toBeGreaterThan(65_532);
    expect(Buffer.byteLength(record.raw ?? '')).toBeLessThanOrEqual(65_536);
  }
  expect(encode({ body: { ...body('{"a":'), cut: true } }).record).toMatchObject({ truncated: true, raw: '{"a":' });
});

test('a secret across the cut is not kept in part', () => {
  const token = `ghp_${'a1B2'.repeat(9)}`;
  const { record } = encode(
    { body: body(`"${'x '.repeat(32_758)}${token}${' y'.repeat(3_000)}"`) },
    { maxMessage: 66_000 },
  );
  expect(record.raw).not.toContain('ghp_');
  expect(record.redacted).toBe(1);
});

test('secrets are replaced in the message, the head, stderr and what km says, and counted', () => {
  const token = `ghp_${'a1B2'.repeat(9)}`;
  const { line, record } = encode({
    ...{ method: token, tool: token, id: token, text: token, by: [{ by: token, verdict: 'pass' }] },
    ...{ body: body(`{"t":"${token}","n":1.0}`), original: body(token, false) },
  });
  expect(line).not.toContain('ghp_');
  expect(record).toMatchObject({ redacted: 7, original: '[redacted:github-token]' });
  expect(line).toContain('"message":{"t":"[redacted:github-token]","n":1.0},"original":');
});

test('an infinite id does not break the line', () => {
  expect(encode({ id: Number.POSITIVE_INFINITY }).record.id).toBeNull();
  expect(encode({ id: 1.5 }).record.id).toBe(1.5);
  expect(encode({ id: null }).record.id).toBeNull();
});

test('a name or a line of stderr that never ends is cut', () => {
  const { record } = encode({ kind: 'stderr', method: 'm'.repeat(1e6), id: 'i'.repeat(1e6), text: 't'.repeat(1e6) });
  expect([record.method, record.id, record.text].map((text) => String(text).length)).toEqual([4_097, 4_097, 65_537]);
});

test('whatever the head holds, the line parses and says the same', () => {
  const text = fc.string({ unit: 'binary', maxLength: 40 });
  fc.assert(
    fc.property(text, text, text, fc.json(), (method, id, stderr, json) => {
      const { record } = encode({ method, id, text: stderr, body: body(json.replace(/\n/g, ' ')) }, { server: method });
      const wellFormed = (value: string) => Buffer.from(value).toString();
      expect([record.method, record.id, record.text, record.server].map((value) => wellFormed(String(value)))).toEqual(
        [method, id, stderr, method].map(wellFormed),
      );
      expect(record.message).toEqual(JSON.parse(json));
    }),
  );
});

function linesOf(bytes: Uint8Array): string[] {
  return Buffer.from(bytes).toString().split('\n').filter(Boolean);
}

test('each line carries the hash of the line before, over batches too', () => {
  const encoder = encoderOf();
  let prev = chainStart;
  for (let batch = 0; batch < 3; batch++) {
    for (let seq = 1; seq <= 3; seq++) encoder.add({ kind: 'blank', time: at, seq });
    for (const line of linesOf(Buffer.concat(encoder.pieces))) {
      expect((JSON.parse(line) as LogRecord).prev).toBe(prev);
      prev = sha256(Buffer.from(line));
    }
    expect(encoder.settle(encoder.length)).toBe(3);
  }
});

test('wherever a write stops, the chain goes on from the last whole line', () => {
  const all = encoderOf();
  for (let seq = 1; seq <= 3; seq++) all.add({ kind: 'blank', time: at, seq });
  const total = all.length;
  for (let taken = 0; taken <= total; taken++) {
    const encoder = encoderOf();
    for (let seq = 1; seq <= 3; seq++) encoder.add({ kind: 'blank', time: at, seq });
    // A line that lacks only its newline is whole, since the next write brings it.
    const written = Buffer.concat(encoder.pieces)
      .subarray(0, taken + 1)
      .toString()
      .split('\n')
      .slice(0, -1);
    expect(encoder.settle(taken)).toBe(written.length);
    encoder.endTornLine();
    encoder.add({ kind: 'gap', time: at, seq: 3 });
    const [next = ''] = linesOf(Buffer.concat(encoder.pieces));
    expect((JSON.parse(next) as LogRecord).prev).toBe(
      written.length === 0 ? chainStart : sha256(Buffer.from(written.at(-1) ?? '')),
    );
  }
});

test('a long message is written from where it is, and the chain holds wherever a write stops', () => {
  const long = Buffer.from(JSON.stringify({ pad: 'é'.repeat(150_000) }));
  const add = (encoder: ReturnType<typeof encoderOf>) => {
    encoder.endTornLine();
    encoder.add({ kind: 'blank', time: at, seq: 1 });
    encoder.add({ kind: 'request', time: at, seq: 2, body: body(long) });
    encoder.add({ kind: 'request', time: at, seq: 3, body: body(long) });
    encoder.add({ kind: 'blank', time: at, seq: 4 });
  };
  const whole = encoderOf();
  add(whole);
  expect(whole.pieces.filter((piece) => piece.buffer === long.buffer)).toHaveLength(1);
  const bytes = Buffer.concat(whole.pieces);
  expect(bytes).toHaveLength(whole.length);
  const lines = linesOf(bytes);
  for (const [index, line] of lines.entries()) {
    const before = lines[index - 1];
    expect(JSON.parse(line)).toMatchObject({ seq: index + 1, prev: before ? sha256(Buffer.from(before)) : chainStart });
  }
  let end = 1;
  for (const [index, line] of lines.entries()) {
    const encoder = encoderOf();
    add(encoder);
    end += Buffer.byteLength(line) + 1;
    expect(encoder.settle(end - 1)).toBe(index + 1);
    encoder.add({ kind: 'gap', time: at, seq: 5 });
    expect(JSON.parse(linesOf(Buffer.concat(encoder.pieces))[0] ?? '')).toMatchObject({
      prev: sha256(Buffer.from(line)),
    });
  }
});
