import { describe, expect, test } from 'vitest';
import type { Passage } from './passage.ts';
import { passagesOf, type Subject } from './surfaces.ts';

/** `surface pointer: text` of each passage. */
function told(subject: Subject): string[] {
  return passagesOf(subject).map(({ surface, pointer, text }) => `${surface} ${pointer}: ${text}`);
}

const request = (method: string, params: unknown): Subject => ({ dir: 'c2s', rpc: { id: 1, method, params } });
const answer = (result: unknown, asked?: Subject['asked']): Subject => ({
  dir: 's2c',
  rpc: { id: 1, result },
  ...(asked && { asked }),
});

test('each argument of a call is looked at, with its key and its tool', () => {
  const params = { name: 'run', arguments: { command: 'ls', options: { env: ['A=1', 'B=2'] } } };
  expect(passagesOf(request('tools/call', params)).filter(({ key }) => key !== 'name')).toEqual<Passage[]>([
    { surface: 'tool_args', text: 'ls', pointer: '/params/arguments/command', key: 'command', tool: 'run' },
    { surface: 'tool_args', text: 'A=1', pointer: '/params/arguments/options/env/0', key: 'env', tool: 'run' },
    { surface: 'tool_args', text: 'B=2', pointer: '/params/arguments/options/env/1', key: 'env', tool: 'run' },
  ]);
});

test('of a listed tool all is looked at that describes it, the names of its parameters too', () => {
  const inputSchema = {
    type: 'object',
    $schema: 'http://json-schema.org/draft-07/schema#',
    properties: {
      sidenote: { type: 'string', title: 'T', description: 'D', enum: ['E'], default: 'F', examples: ['G'] },
      deep: { $ref: '#/$defs/x' },
    },
    $defs: { x: { const: 'H' } },
  };
  const tools = [{ name: 'add', title: 'Add', description: 'Adds.', annotations: { title: 'Sum' }, inputSchema }];
  const passages = passagesOf(answer({ tools }, { method: 'tools/list' }));

  const texts = passages.map(({ text }) => text);
  expect(texts).toEqual(expect.arrayContaining(['add', 'Add', 'Adds.', 'Sum', 'sidenote']));
  expect(texts).toEqual(expect.arrayContaining(['T', 'D', 'E', 'F', 'G', 'H']));
  expect(texts).not.toContain('string');
  expect(new Set(passages.map(({ surface, tool }) => `${surface} ${tool}`))).toEqual(new Set(['tool_description add']));
});

describe('what a server says is looked at wherever it says it', () => {
  const said: readonly [string, Subject][] = [
    ['text', answer({ content: [{ type: 'text', text: 'HERE' }] })],
    ['structured content', answer({ structuredContent: { rows: [{ note: 'HERE' }] } })],
    ['an embedded resource', answer({ content: [{ type: 'resource', resource: { uri: 'a:b', text: 'HERE' } }] })],
    ['a link', answer({ content: [{ type: 'resource_link', uri: 'a:b', description: 'HERE' }] })],
    ['a resource', answer({ contents: [{ uri: 'a:b', text: 'HERE' }] })],
    ['a blob of text', answer({ contents: [{ uri: 'a:b', mimeType: 'text/plain', blob: 'HERE' }] })],
    ['a prompt', answer({ messages: [{ role: 'user', content: { type: 'text', text: 'HERE' } }] })],
    ['a completion', answer({ completion: { values: ['HERE'] } })],
    ['a question within a result', answer({ inputRequests: { a: { params: { message: 'HERE' } } } })],
    ['sampling', { dir: 's2c', rpc: { id: 1, method: 'sampling/createMessage', params: { systemPrompt: 'HERE' } } }],
    ['elicitation', { dir: 's2c', rpc: { id: 1, method: 'elicitation/create', params: { message: 'HERE' } } }],
    ['a log message', { dir: 's2c', rpc: { method: 'notifications/message', params: { data: 'HERE' } } }],
    ['progress', { dir: 's2c', rpc: { method: 'notifications/progress', params: { message: 'HERE' } } }],
    ['an error', { dir: 's2c', rpc: { id: 1, error: { code: 1, message: 'No.', data: { why: 'HERE' } } } }],
    ['an unknown method', { dir: 's2c', rpc: { id: 1, method: 'x/y', params: [['HERE']] } }],
    ['the name of a member', answer({ structuredContent: { 'HERE it is': 1 } })],
  ];
  test.each(said)('%s', (_, subject) => {
    expect(told(subject)).toContainEqual(expect.stringMatching(/^tool_result .*: HERE/));
  });

  test.each([
    ['instructions of initialize', answer({ instructions: 'HERE' }, { method: 'initialize' })],
    ['instructions of discover', answer({ instructions: 'HERE' }, { method: 'server/discover' })],
    ['a prompt in a list', answer({ prompts: [{ name: 'a', description: 'HERE' }] }, { method: 'prompts/list' })],
    ['a resource in a list', answer({ resources: [{ uri: 'a:b', title: 'HERE' }] })],
    ['a template in a list', answer({ resourceTemplates: [{ uriTemplate: 'a:{b}', description: 'HERE' }] })],
  ])('%s', (_, subject) => {
    expect(told(subject)).toContainEqual(expect.stringMatching(/^tool_description .*: HERE/));
  });
});

test.each([
  ['the address of a resource', request('resources/read', { uri: 'HERE' })],
  ['arguments of a prompt', request('prompts/get', { name: 'a', arguments: { b: 'HERE' } })],
  ['a completion', request('completion/complete', { argument: { name: 'a', value: 'HERE' } })],
  ['an answer within a retried request', request('tools/call', { name: 'a', inputResponses: { b: { c: 'HERE' } } })],
  ['an answer to sampling', { dir: 'c2s', rpc: { id: 1, result: { content: { type: 'text', text: 'HERE' } } } }],
  ['an answer to elicitation', { dir: 'c2s', rpc: { id: 1, result: { action: 'accept', content: { a: 'HERE' } } } }],
] as [string, Subject][])('what goes to a server is looked at: %s', (_, subject) => {
  expect(told(subject)).toContainEqual(expect.stringMatching(/^tool_args .*: HERE/));
});

test('pictures and what a client only echoes are left out', () => {
  const content = [{ type: 'image', mimeType: 'image/png', data: 'AAAA' }];
  expect(told(answer({ content, requestState: 'opaque', resultType: 'complete' }))).toEqual([]);
});

test('a number as long as a card or an address is looked at, and shorter ones are not', () => {
  const passages = passagesOf(request('tools/call', { arguments: { ip: 2852039166, count: 12 } }));
  expect(passages.map(({ text }) => text)).toEqual(['2852039166']);
});

test('pointers escape what RFC 6901 asks for', () => {
  expect(told(request('x', { 'a/b~c': 'HERE' }))).toContain('tool_args /params/a~1b~0c: HERE');
});

test('the order in which members were written makes no difference', () => {
  const one = request('x', { a: '1', b: { c: '2', d: '3' } });
  const other = request('x', { b: { d: '3', c: '2' }, a: '1' });
  expect(passagesOf(other)).toEqual(passagesOf(one));
});

test('a message nested 200,000 deep is read to its end', () => {
  let value: unknown = 'HERE';
  for (let depth = 0; depth < 200_000; depth++) value = [value];
  // Its pointer alone is 400,000 characters long; what counts is that the string is seen.
  expect(passagesOf(request('x', value)).map(({ text }) => text)).toEqual(['HERE']);
});

test('of a hundred thousand strings none is left out, in a bounded number of passages', () => {
  const strings = Array.from({ length: 100_000 }, (_, index) => `string ${index}`);
  const passages = passagesOf(answer({ content: strings }));
  expect(passages.length).toBeLessThan(20_100);
  expect(passages.map(({ text }) => text).join('\n')).toBe(strings.join('\n'));
});
