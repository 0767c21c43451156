import { expect, test } from 'vitest';
import { canonicalJson } from './canonical.ts';

test('the order of members makes no difference, at any depth', () => {
  const one = { b: [1, { y: 'x', x: null }], a: { d: true, c: 1.5 } };
  const other = { a: { c: 1.5, d: true }, b: [1, { x: null, y: 'x' }] };
  expect(canonicalJson(one)).toBe('{"a":{"c":1.5,"d":true},"b":[1,{"x":null,"y":"x"}]}');
  expect(canonicalJson(other)).toBe(canonicalJson(one));
});

test('the order of a list does', () => {
  expect(canonicalJson([1, 2])).not.toBe(canonicalJson([2, 1]));
});

test('members are sorted by UTF-16 units, and escaped names are names', () => {
  expect(canonicalJson({ é: 1, z: 2, A: 3, '\u{1f600}': 4, '\ufb33': 5 })).toBe(
    '{"A":3,"z":2,"é":1,"\u{1f600}":4,"\ufb33":5}',
  );
  expect(canonicalJson(JSON.parse('{"\\u0061":1}'))).toBe(canonicalJson({ a: 1 }));
});

test('numbers are compared by value', () => {
  expect(canonicalJson(JSON.parse('[1.0, 1e2, -0]'))).toBe('[1,100,0]');
});

test('nesting without end neither throws nor hides a change near the top', () => {
  const deep = (levels: number) => JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`);
  expect(() => canonicalJson({ x: deep(100_000) })).not.toThrow();
  expect(canonicalJson({ x: deep(500), y: 1 })).not.toBe(canonicalJson({ x: deep(500), y: 2 }));
});
