import { expect, test } from 'vitest';
import { operations } from './operations.ts';
import { mayManage, permissions } from './roles.ts';

test('every operation has a name and a place of its own', () => {
  const ids = operations.map(({ id }) => id);
  const places = operations.map(({ method, path }) => `${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`);
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(places).size).toBe(places.length);
});

test('every permission is needed by an operation', () => {
  const needed = new Set(operations.map(({ needs }) => needs));
  expect(Object.keys(permissions).filter((permission) => !needed.has(permission as never))).toEqual([]);
});

test('each parameter of a path is described, and no other', () => {
  for (const { path, params } of operations) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const described = params === undefined ? [] : Object.keys((params as unknown as { entries: object }).entries);
    expect(described, path).toEqual(named);
  }
});

test('nobody raises themselves: an admin manages those below only', () => {
  expect(mayManage('owner', 'owner')).toBe(true);
  expect(['owner', 'admin', 'analyst', 'viewer'].filter((role) => mayManage('admin', role as 'owner'))).toEqual([
    'analyst',
    'viewer',
  ]);
  expect(mayManage('analyst', 'viewer')).toBe(false);
});
