import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scan } from './scan.ts';

function members(json: string): [string, string, string][] {
  const bytes = Buffer.from(json);
  const found: [string, string, string][] = [];
  scan(bytes, (parent, name, start, end) => found.push([parent, name, bytes.toString('utf8', start, end)]));
  return found;
}

function accepts(json: string): boolean {
  return scan(Buffer.from(json), () => {}) === undefined;
}

function parses(json: string): boolean {
  try {
    JSON.parse(json);
    return true;
  } catch {
    return false;
  }
}

test('takes what JSON.parse takes', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 5 }), (json) => {
      expect([json, accepts(json)]).toEqual([json, true]);
    }),
    { numRuns: 1_000 },
  );
});

test('refuses what JSON.parse refuses, however close to JSON it is', () => {
  const pieces = [
    '"',
    '\\',
    '\\u00e9',
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '1',
    '-',
    '0',
    '.',
    'e',
    '+',
    'true',
    'null',
    ' ',
    '\t',
    'x',
    '\u0001',
    'é',
    '""',
    '"a":1',
    '\\n',
  ];
  const nearly = fc.array(fc.constantFrom(...pieces), { maxLength: 9 }).map((parts) => parts.join(''));
  const broken = fc.tuple(fc.json({ maxDepth: 3 }), fc.nat(), fc.constantFrom(...pieces)).map(([json, at, piece]) => {
    const place = at % (json.length + 1);
    return json.slice(0, place) + piece + json.slice(place + (at % 2));
  });
  // Keys may come to be there twice, which scan refuses and JSON.parse takes.
  const check = (json: string) => {
    const trouble = scan(Buffer.from(json), () => {});
    if (trouble !== 'duplicate-key') expect([json, trouble === undefined]).toEqual([json, parses(json)]);
  };
  fc.assert(fc.property(nearly, check), { numRuns: 20_000 });
  fc.assert(fc.property(broken, check), { numRuns: 10_000 });
});

test('notes the members of the message, of its params and of its result, and no others', () => {
  expect(
    members('{"id":1,"method":"x","params":{"name":"n","arguments":{"name":"no","id":2},"_meta":{"uri":"no"}}}'),
  ).toEqual([
    ['message', 'id', '1'],
    ['message', 'method', '"x"'],
    ['params', 'name', '"n"'],
    ['params', '_meta', '{"uri":"no"}'],
    ['message', 'params', '{"name":"n","arguments":{"name":"no","id":2},"_meta":{"uri":"no"}}'],
  ]);
  expect(members('{ "result" : { "isError" : true } , "id" : "é" }')).toEqual([
    ['result', 'isError', 'true'],
    ['message', 'result', '{ "isError" : true }'],
    ['message', 'id', '"é"'],
  ]);
  expect(members('[{"id":1,"params":{"name":"x"}}]')).toEqual([]);
  expect(members('{"error":{"name":"x"},"params":[{"name":"y"}]}').map(([, name]) => name)).toEqual([
    'error',
    'params',
  ]);
});
