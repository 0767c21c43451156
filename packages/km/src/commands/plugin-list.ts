import path from 'node:path';
import { wordsFor } from '../cli/words.ts';
import { loadConfig } from '../config/load.ts';
import type { Installed } from '../plugins/manifest.ts';
import { entryOf, isAsAdded, readRegister } from '../plugins/register.ts';
import type { Command } from './command.ts';

export const pluginList: Command = {
  name: 'plugin list',
  summary: 'Print the filters that were added',
  usage: '[options]',
  options: { json: { type: 'boolean', help: 'Print one JSON array' } },
  examples: ['km plugin list'],
  async run({ options, positionals, env, cwd }) {
    wordsFor('km plugin list', positionals, 0);
    const { dataFolder } = (await loadConfig({ env, cwd })).paths;
    const rows = readRegister(dataFolder).map((plugin) => ({
      ...plugin,
      state: isAsAdded(plugin, path.dirname(entryOf(dataFolder, plugin.name))) ? 'ready' : 'changed, not run',
    }));
    process.stdout.write(options.json === true ? `${JSON.stringify(rows)}\n` : table(rows));
    return 0;
  },
};

function table(rows: readonly (Installed & { state: string })[]): string {
  if (rows.length === 0) return 'No plugin was added yet; `km plugin add` adds one.\n';
  return rows.map((row) => `${describe(row)}\n`).join('');
}

function describe({
  name,
  state,
  onFailure,
  deadlineMs,
  wants,
  from,
  description,
}: Installed & { state: string }): string {
  const seen = [wants.dir, ...(wants.kinds ?? []), ...(wants.methods ?? [])].filter(Boolean).join(', ');
  const facts = `${state}; sees ${seen || 'everything'}; ${deadlineMs} ms, then ${onFailure}; from ${from}`;
  return `${name}  ${facts}${description === undefined ? '' : `\n  ${description}`}`;
}
