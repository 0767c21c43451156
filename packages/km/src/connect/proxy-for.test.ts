import { expect, test } from 'vitest';
import { proxyFor } from './proxy-for.ts';

const env = { HTTPS_PROXY: 'proxy.example:3128', NO_PROXY: 'intern.example, .lab.example other.example:8443' };
const through = (url: string, more = {}) => proxyFor(new URL(url), { ...env, ...more })?.href;

test.each(['https://mcp.example.com/mcp', 'https://notintern.example/', 'https://other.example/'])(
  '%s is reached through the proxy',
  (url) => expect(through(url)).toBe('http://proxy.example:3128/'),
);

test.each([
  'http://mcp.example.com/mcp',
  'https://localhost:8443/',
  'https://intern.example/',
  'https://a.intern.example/',
  'https://lab.example/',
  'https://other.example:8443/',
])('%s is reached directly', (url) => expect(through(url)).toBeUndefined());

test('no proxy is one, and a star is every host', () => {
  expect(through('https://mcp.example.com/', { HTTPS_PROXY: '' })).toBeUndefined();
  expect(through('https://mcp.example.com/', { HTTPS_PROXY: 'socks5://proxy.example' })).toBeUndefined();
  expect(through('https://mcp.example.com/', { NO_PROXY: '*' })).toBeUndefined();
});
