import { expect, test } from 'vitest';
import denyTools from '../../../examples/filters/deny-tools.ts';
import hideAddresses from '../../../examples/filters/hide-addresses.ts';
import { type PluginMessage, tryFilter, type Wants, wanted } from './filter.ts';

test('a filter can be tried without a process', async () => {
  const call = (name: string) => ({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name } });
  expect(await tryFilter(denyTools, call('echo'))).toEqual({
    kind: 'block',
    reason: 'The tool echo is not allowed here.',
  });
  expect(await tryFilter(denyTools, call('read_file'))).toEqual({ kind: 'pass' });
  const answer = { dir: 's2c', asked: 'tools/call', id: 1, result: { note: 'ann@example.org' } } as const;
  expect(await tryFilter(hideAddresses, answer)).toMatchObject({
    kind: 'replace',
    rpc: { result: { note: '[address]' } },
  });
});

const message = { dir: 'c2s', kind: 'request', method: 'tools/call' } as const satisfies Partial<PluginMessage>;

test.each<[Wants, boolean]>([
  [{}, true],
  [{ dir: 'c2s' }, true],
  [{ dir: 's2c' }, false],
  [{ kinds: ['notification'] }, false],
  [{ kinds: ['request'], methods: ['tools/*'] }, true],
  [{ methods: ['tools'] }, false],
  [{ methods: ['tools/call', 'resources/read'] }, true],
  [{ methods: [] }, false],
])('%j wants a call of a tool: %s', (wants, expected) => {
  expect(wanted(wants, message)).toBe(expected);
});
