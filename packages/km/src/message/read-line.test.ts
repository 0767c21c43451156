import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Message } from './message.ts';
import { readLine } from './read-line.ts';

const read = (line: string | Uint8Array) => {
  const bytes = Buffer.from(line as string);
  return readLine(bytes, bytes.length);
};
const call = '"method":"tools/call","params":{"name":"x"}';

describe('a line is', () => {
  test.each([
    [`{"jsonrpc":"2.0","id":1,${call}}`, 'request'],
    [`{"jsonrpc":"2.0","id":"1",${call}}\r`, 'request'],
    [` {"jsonrpc":"2.0","id":0,"method":"ping"} `, 'request'],
    ['{"jsonrpc":"2.0","method":"notifications/initialized"}', 'notification'],
    ['{"jsonrpc":"2.0","id":1,"result":{}}', 'response'],
    ['{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"no"}}', 'response'],
    ['[{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","id":1,"result":{}}]', 'batch'],
    ['', 'blank'],
    [' \t\r', 'blank'],
  ])('%j: %s', (line, kind) => {
    expect(read(line).kind).toBe(kind);
  });
});

describe('a line that two parsers may read differently is opaque', () => {
  test.each([
    ['Server listening on stdio', 'not-json'],
    ['{"a":1},"outcome":"forwarded","x":{}', 'not-json'],
    ['\ufeff{"jsonrpc":"2.0","id":1,"method":"ping"}', 'not-json'],
    ['{"a":1}\r{"method":"tools/call"}', 'bare-cr'],
    ['{"jsonrpc":"2.0",\r"method":"x"}', 'bare-cr'],
    ['{"hello":"world"}', 'not-a-message'],
    ['42', 'not-a-message'],
    ['[]', 'not-a-message'],
    ['{"id":S7,"method":"ping"}', 'not-json'],
    ['{"id":1,"method":"pi\\xng"}', 'not-json'],
    ['{"id":1,"method":"x","params":{"name":[1,"uri":2}}', 'not-json'],
    ['[{"jsonrpc":"2.0","id":1,"method":"ping"},7]', 'not-a-message'],
    ['{"id":{},"method":"ping"}', 'not-a-message'],
    ['{"id":1,"method":"ping","result":{}}', 'not-a-message'],
    ['{"method":"ping","method":"tools/call","id":1}', 'duplicate-key'],
    ['{"method":"ping","m\\u0065thod":"tools/call","id":1}', 'duplicate-key'],
    ['{"id":1,"method":"x","params":{"a":[{"b":1},{"b":1,"c":{"b":2},"b":3}]}}', 'duplicate-key'],
    [`{"id":1,"method":"x","params":${'['.repeat(300)}${']'.repeat(300)}}`, 'too-deep'],
  ])('%j: %s', (line, reason) => {
    const reading = read(line);
    expect([reading.kind, reading.opaque]).toEqual(['opaque', reason]);
  });

  test('bytes that are no UTF-8: not-utf8', () => {
    expect(read(Buffer.from('{"id":1,"method":"\xff"}', 'latin1')).opaque).toBe('not-utf8');
  });

  test('a key that is there twice is found among any number of keys, wherever it stands', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 120 }), fc.nat(), (names, pick) => {
        const members = names.map((name) => `${JSON.stringify(name)}:1`);
        const again = members[pick % members.length] as string;
        const params = (all: readonly string[]) => `{"method":"m","params":{${all.join(',')}}}`;
        expect(read(params(members)).opaque).toBeUndefined();
        expect(read(params([...members, again])).opaque).toBe('duplicate-key');
      }),
    );
  });
});

test('every JSON value is read as JSON.parse reads it, whatever is in its strings', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6, noUnicodeString: false }), (params) => {
      const line = Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'm', params: { params } }));
      const message = new Message('c2s', { head: line, bytes: line.length }, 0, 0);
      expect(message.rpc).toEqual(JSON.parse(line.toString()));
    }),
    { numRuns: 500 },
  );
});

describe('a line too long to be kept is still paired by what its ends show', () => {
  const filler = 'x'.repeat(100_000);
  test.each([
    [
      `{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"t","arguments":{"a":"${filler}"}}}`,
      'request',
      { id: 7, method: 'tools/call', params: { name: 't' } },
    ],
    [`{"result":{"content":[{"text":"${filler}"}]},"jsonrpc":"2.0","id":"s"}`, 'response', { id: 's', result: {} }],
    [`{"jsonrpc":"2.0","id":3,"result":{"content":[{"text":"${filler}"}]}}`, 'response', { id: 3, result: {} }],
    [
      `{"jsonrpc":"2.0","method":"notifications/message","params":{"data":"${filler}"}}`,
      'notification',
      { method: 'notifications/message' },
    ],
    [`{"result":{"id":5,"text":"${filler},\\"id\\":9}"}}`, 'opaque', undefined],
    [filler, 'opaque', undefined],
  ])('%#: %s', (line, kind, rpc) => {
    const bytes = Buffer.from(line as string);
    const reading = readLine(bytes.subarray(0, 65_536), bytes.length, bytes.subarray(-4_096));
    expect([reading.kind, reading.outline, reading.opaque, reading.json]).toEqual([kind, rpc, 'too-long', false]);
  });
});
