import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { edited, elementsOf, placeOf } from './members.ts';

const bytes = (text: string) => Buffer.from(text);
const textAt = (json: string, path: string[]) => {
  const place = placeOf(bytes(json), path);
  return place && bytes(json).subarray(place.start, place.end).toString();
};

describe('placeOf', () => {
  test.each([
    ['{"id":1}', ['id'], '1'],
    ['{"id": 9007199254740993 , "x":2}', ['id'], '9007199254740993'],
    ['{"a":{"id":2},"id":"1"}', ['id'], '"1"'],
    ['{"params":{"_meta":{"progressToken":"a\\"}b"}}}', ['params', '_meta', 'progressToken'], '"a\\"}b"'],
    ['{"\\u0069d":null}', ['id'], 'null'],
    ['{"a":[1,{"b":"]}"}],"b":{"c":[]}}', ['b', 'c'], '[]'],
    ['\t{"a" :\r\n true}', ['a'], 'true'],
    ['{"a":"\\\\","b":1.50}', ['b'], '1.50'],
    ['{"a":1}', ['b'], undefined],
    ['[1]', ['a'], undefined],
    ['{}', ['a'], undefined],
  ])('in %s finds %j', (json, path, found) => {
    expect(textAt(json, path)).toBe(found);
  });

  test('finds every member of every object', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
        for (const [key, value] of Object.entries(object)) {
          expect(textAt(JSON.stringify(object, null, 1), [key])).toBe(indented(value));
        }
      }),
    );
  });
});

/** The value as it stands in the text: indented one step deeper than by itself. */
const indented = (value: unknown) => JSON.stringify(value, null, 1).replaceAll('\n', '\n ');

test('elementsOf finds the elements of every array', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), (array) => {
      const json = bytes(JSON.stringify(array));
      const found = elementsOf(json).map(({ start, end }) => JSON.parse(json.subarray(start, end).toString()));
      expect(found).toEqual(JSON.parse(json.toString()));
    }),
  );
});

test('edited replaces values and leaves every other byte alone', () => {
  const json = bytes('{ "id":1.0, "params":{"big":9007199254740993,"_meta":{"progressToken":"ü"}} }');
  const id = placeOf(json, ['id']);
  const token = placeOf(json, ['params', '_meta', 'progressToken']);
  if (!id || !token) throw new Error('They are there.');
  const edits = [
    { place: token, text: '"x"' },
    { place: id, text: '77' },
  ];
  expect(Buffer.from(edited(json, edits)).toString()).toBe(
    '{ "id":77, "params":{"big":9007199254740993,"_meta":{"progressToken":"x"}} }',
  );
});
