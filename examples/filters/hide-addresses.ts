import type { FilterPlugin, Json } from '@kilometers/km/filter';

const address = /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}/g;

/** Replaces e-mail addresses in what a server answers, wherever they stand. */
const filter: FilterPlugin = {
  apiVersion: 1,
  name: 'hide-addresses',
  description: 'Replaces e-mail addresses in results.',
  onFailure: 'block',
  wants: { dir: 's2c', kinds: ['response'] },
  judge({ rpc }) {
    const result = hidden(rpc.result);
    const changed = JSON.stringify(result) !== JSON.stringify(rpc.result);
    return changed
      ? { kind: 'replace', rpc: { ...rpc, result }, reason: 'E-mail addresses were hidden.' }
      : { kind: 'pass' };
  },
};

function hidden(value: Json | undefined): Json | undefined {
  if (typeof value === 'string') return value.replaceAll(address, '[address]');
  if (Array.isArray(value)) return value.map((item) => hidden(item) ?? null);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, hidden(item)]));
}

export default filter;
