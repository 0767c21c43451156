import { expect, test } from 'vitest';
import { headerText } from '../listen/base64-header.ts';
import { ParamHeaders } from '../listen/param-headers.ts';
import { headerValue, messageHeaders } from './message-headers.ts';
import { readPosted } from './posted.ts';

const version = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' };

function headersOf(method: string, params: object, declared = new ParamHeaders()) {
  const line = Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: version } }));
  const posted = readPosted(line, false);
  return posted && messageHeaders(posted, declared);
}

test('a modern message is named in headers', () => {
  expect(headersOf('tools/list', {})).toEqual({ 'mcp-method': 'tools/list' });
  expect(headersOf('tools/call', { name: 'écho' })).toEqual({
    'mcp-method': 'tools/call',
    'mcp-name': '=?base64?w6ljaG8=?=',
  });
  expect(headersOf('resources/read', { uri: 'demo://a' })).toMatchObject({ 'mcp-name': 'demo://a' });
  expect(headersOf('tasks/get', { taskId: 't1' })).toMatchObject({ 'mcp-name': 't1' });
});

test('arguments that a tool declares are repeated in headers', () => {
  const declared = new ParamHeaders();
  const properties = { region: { type: 'string', 'x-mcp-header': 'Region' }, size: { type: 'integer' } };
  declared.learn({ tools: [{ name: 'deploy', inputSchema: { type: 'object', properties } }] });
  const params = { name: 'deploy', arguments: { region: 'eu', size: 3 } };
  expect(headersOf('tools/call', params, declared)).toMatchObject({ 'mcp-param-region': 'eu' });
  expect(headersOf('tools/call', { name: 'deploy' }, declared)).not.toHaveProperty('mcp-param-region');
});

test('a message of an older revision has none of these', () => {
  const line = Buffer.from('{"jsonrpc":"2.0","id":1,"method":"tools/list"}');
  const posted = readPosted(line, false);
  expect(posted && messageHeaders(posted, new ParamHeaders())).toEqual({});
});

test.each(['plain', 'é', ' led by a space', 'trailed ', '=?base64?eA==?=', 'two\nlines', ''])(
  '%j comes out of the header as it went in',
  (text) => {
    const value = headerValue(text);
    expect(value).toMatch(/^[\x20-\x7e]*$/);
    expect(headerText(value)).toBe(text);
  },
);
