import { wordsFor } from '../cli/words.ts';
import { findPaths } from '../config/paths.ts';
import type { Command } from './command.ts';

export const configPath: Command = {
  name: 'config path',
  summary: 'Print where the configuration file is',
  usage: '[options]',
  options: {},
  examples: ['km config path', 'km config path --json | jq -r .dataFolder'],
  async run({ options, positionals, env, cwd }) {
    wordsFor('km config path', positionals, 0);
    // The file is not read: this is how one finds the file that has to be mended.
    const paths = findPaths({ env, cwd, platform: process.platform }, undefined);
    process.stdout.write(options.json === true ? `${JSON.stringify(paths)}\n` : `${paths.configFile}\n`);
    return 0;
  },
};
