import { loadConfig } from '../config/load.ts';
import type { Command } from './command.ts';

export const configPath: Command = {
  name: 'config path',
  summary: 'Print where the configuration file is',
  usage: '[options]',
  options: {},
  examples: ['km config path', 'km config path --json | jq -r .dataFolder'],
  async run({ options, env, cwd }) {
    const { paths } = await loadConfig({ env, cwd });
    process.stdout.write(options.json === true ? `${JSON.stringify(paths)}\n` : `${paths.configFile}\n`);
    return 0;
  },
};
