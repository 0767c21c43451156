import { expect, test } from 'vitest';
import { isLoopback, readAddress } from './address.ts';

test.each([
  ['8080', { host: '127.0.0.1', port: 8080 }],
  [':8080', { host: '127.0.0.1', port: 8080 }],
  ['0', { host: '127.0.0.1', port: 0 }],
  ['0.0.0.0:80', { host: '0.0.0.0', port: 80 }],
  ['localhost:65535', { host: 'localhost', port: 65_535 }],
  ['[::1]:8080', { host: '::1', port: 8080 }],
])('%s is an address', (text, address) => {
  expect(readAddress(text)).toEqual(address);
});

test.each(['', '8o8o', '65536', '::1:80', 'host', 'host:', 'http://host:80'])('%j is none', (text) => {
  expect(() => readAddress(text)).toThrow(/--listen takes \[host:\]port/);
});

test('only addresses that no other machine can reach count as loopback', () => {
  const all = ['localhost', '127.0.0.1', '127.8.9.1', '::1', '0.0.0.0', '::', '192.0.2.1', '127.evil.example', 'vm'];
  expect(all.filter(isLoopback)).toEqual(['localhost', '127.0.0.1', '127.8.9.1', '::1']);
});
