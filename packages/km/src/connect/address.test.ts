import { expect, test } from 'vitest';
import { serverAddress, shownAddress } from './address.ts';

test.each([
  ['localhost:8001', 'http://localhost:8001/'],
  ['127.0.0.1:8001/mcp', 'http://127.0.0.1:8001/mcp'],
  ['[::1]:8001', 'http://[::1]:8001/'],
  ['mcp.example.com/mcp', 'https://mcp.example.com/mcp'],
  ['localhost.example.com', 'https://localhost.example.com/'],
  ['http://mcp.example.com:80/mcp?a=1#part', 'http://mcp.example.com/mcp?a=1'],
])('%s is %s', (text, url) => {
  expect(serverAddress(text).href).toBe(url);
});

test.each(['ftp://host/', 'file:///etc/passwd', 'http://', 'a b', ''])('"%s" is no address of a server', (text) => {
  expect(() => serverAddress(text)).toThrow('--url wants the address of an MCP server');
});

test('a name and password do not belong into an address, and are not repeated', () => {
  expect(() => serverAddress('https://me:hunter2@example.com/')).toThrow(/^(?!.*hunter2).*no name and password/);
});

test('what stands behind the question mark is not shown', () => {
  expect(shownAddress(new URL('https://example.com/mcp?key=hunter2'))).toBe('https://example.com/mcp?…');
});
