/** What `km plugin new` writes: a filter that works, and says what may be changed. */
export const filterTemplate = (name: string): string => `import type { FilterPlugin } from '@kilometers/km/filter';

const denied = ['delete_file'];

/** Stops calls to some tools. */
const filter: FilterPlugin = {
  apiVersion: 1,
  name: '${name}',
  description: 'Stops calls to some tools.',
  // What becomes of a message that could not be judged: 'pass' or 'block'.
  onFailure: 'block',
  deadlineMs: 1000,
  wants: { dir: 'c2s', methods: ['tools/call'] },
  judge({ rpc }) {
    const { name: tool = '' } = (rpc.params ?? {}) as { name?: string };
    if (!denied.includes(tool)) return { kind: 'pass' };
    return { kind: 'block', reason: \`The tool \${tool} is not allowed here.\` };
  },
};

export default filter;
`;

/** A test that needs nothing but Node 22.18 or later: \`node --test\`. */
export const testTemplate = (name: string): string => `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tryFilter } from '@kilometers/km/filter';
import filter from './${name}.ts';

const call = (tool: string) => ({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: tool } });

test('a denied tool is stopped and others pass', async () => {
  assert.equal((await tryFilter(filter, call('delete_file'))).kind, 'block');
  assert.equal((await tryFilter(filter, call('read_file'))).kind, 'pass');
});
`;
