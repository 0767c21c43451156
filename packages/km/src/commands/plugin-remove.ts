import { KmError } from '@kilometers/core/errors.ts';
import { wordsFor } from '../cli/words.ts';
import { loadConfig } from '../config/load.ts';
import { removePlugin } from '../plugins/register.ts';
import type { Command } from './command.ts';

export const pluginRemove: Command = {
  name: 'plugin remove',
  summary: 'Remove a filter that was added',
  usage: 'NAME',
  options: {},
  examples: ['km plugin remove deny-tools'],
  async run({ positionals, env, cwd }) {
    const [name] = wordsFor('km plugin remove NAME', positionals, 1);
    if (name === undefined) throw new KmError('usage.bad-value', 'km plugin remove was given no name.');
    await removePlugin((await loadConfig({ env, cwd })).paths.dataFolder, name);
    process.stdout.write(`Removed ${name}. Sessions that run keep it until they end.\n`);
    return 0;
  },
};
