import { KmError } from '@kilometers/core/errors.ts';
import { tierHas } from '@kilometers/core/tiers.ts';
import { knownTier } from '../account/known-tier.ts';
import { wordsFor } from '../cli/words.ts';
import { loadConfig } from '../config/load.ts';
import type { Command } from './command.ts';

export const pluginAdd: Command = {
  name: 'plugin add',
  summary: 'Add a filter: a file, a folder or an npm package',
  usage: '[options] FILE|FOLDER|PACKAGE',
  options: { json: { type: 'boolean', help: 'Print one JSON object' } },
  examples: ['km plugin add ./deny-tools.ts', 'km plugin add some-km-filter@1.2.0'],
  async run({ options, positionals, env, cwd }) {
    const [from] = wordsFor('km plugin add FILE|FOLDER|PACKAGE', positionals, 1);
    if (from === undefined) throw new KmError('usage.bad-value', 'km plugin add was given nothing to add.');
    const config = await loadConfig({ env, cwd });
    const { addPlugin } = await import('../plugins/add-plugin.ts');
    const added = await addPlugin({ from, cwd, dataFolder: config.paths.dataFolder, time: Date.now() });
    const { name, onFailure } = added;
    const text = `Added ${name}: every session from now on asks it; where it fails, a message ${onFailure === 'pass' ? 'passes' : 'is blocked'}.`;
    const known = await knownTier(config, Date.now());
    const tier = tierHas(known.tier, 'plugins') ? '' : ' The free tier does not run plugins.';
    process.stdout.write(options.json === true ? `${JSON.stringify(added)}\n` : `${text}${tier}\n`);
    return 0;
  },
};
