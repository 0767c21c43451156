import { expect, test } from 'vitest';
import { readRiskItem } from './risk-item.ts';

const read = (value: unknown) => readRiskItem(typeof value === 'string' ? value : JSON.stringify(value));

test('a text with its surface is one, with key and tool where they are given', () => {
  expect(read({ surface: 'shell', text: 'ls' })).toEqual({ kind: 'text', passage: { surface: 'shell', text: 'ls' } });
  const passage = { surface: 'tool_args', text: 'ls', key: 'command', tool: 'run' } as const;
  expect(read({ ...passage, label: 1, source: 'mine' })).toEqual({ kind: 'text', passage });
});

test('a message with its direction is one, whatever else stands in it', () => {
  const request = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'x', arguments: { text: 'y' } } };
  expect(read({ dir: 'c2s', ...request })).toEqual({ kind: 'message', subject: { dir: 'c2s', rpc: request } });
});

test('a response says what was asked, where the line does', () => {
  const response = { jsonrpc: '2.0', id: 1, result: {} };
  const asked = { method: 'tools/call', target: 'fetch' };
  expect(read({ dir: 's2c', asked, ...response })).toEqual({
    kind: 'message',
    subject: { dir: 's2c', rpc: response, asked },
  });
  expect(read({ dir: 's2c', asked: { method: 3 }, ...response })).toMatchObject({ subject: { dir: 's2c' } });
});

test('whatever is neither says what is wrong', () => {
  const wrong = (value: unknown) => {
    const item = read(value);
    return item.kind === 'none' ? item.error : item.kind;
  };
  expect(['', 'ls -l', '{"surface":"shell"', '[]', 'null', '"text"'].map(wrong)).toEqual([
    'This is not JSON.',
    'This is not JSON.',
    'This is not JSON.',
    ...Array(3).fill('A line is to be a JSON object.'),
  ]);
  expect(wrong({ surface: 'shell' })).toMatch(/^"text" is to be/);
  expect(wrong({ surface: 'fish', text: '' })).toMatch(/^"surface" is to be one of tool_description, /);
  expect(wrong({ text: '' })).toMatch(/^"surface" is to be one of/);
  expect(wrong({ method: 'ping', id: 1 })).toMatch(/"dir": "c2s" or "s2c"/);
  expect(wrong({ dir: 'c2s', hello: 1 })).toBe('This is no JSON-RPC message.');
});
