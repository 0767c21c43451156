import type { FilterPlugin } from '@kilometers/km/filter';

const denied: readonly unknown[] = ['echo', 'delete_file'];

/** Stops calls to some tools. Names are compared exactly, as MCP does. */
const filter: FilterPlugin = {
  apiVersion: 1,
  name: 'deny-tools',
  description: 'Stops calls to some tools.',
  onFailure: 'block',
  wants: { dir: 'c2s', methods: ['tools/call'] },
  judge({ rpc }) {
    const { name } = (rpc.params ?? {}) as { name?: string };
    return denied.includes(name)
      ? { kind: 'block', reason: `The tool ${name} is not allowed here.` }
      : { kind: 'pass' };
  },
};

export default filter;
