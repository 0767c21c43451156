import { wordsFor } from '../cli/words.ts';
import { loadConfig } from '../config/load.ts';
import { settingOf } from '../config/setting-of.ts';
import { valueAt } from '../config/settings.ts';
import type { Command } from './command.ts';
import { sayWarnings } from './say-warnings.ts';

export const configGet: Command = {
  name: 'config get',
  summary: 'Print the value of one setting',
  usage: '[options] KEY',
  options: { json: { type: 'boolean', help: 'Print an object with key, value and origin' } },
  examples: ['km config get log.max_size'],
  async run({ options, positionals, env, cwd }) {
    const [key] = wordsFor('km config get KEY', positionals, 1);
    settingOf(key);
    const config = await loadConfig({ env, cwd });
    sayWarnings(config, env);
    const value = valueAt(config.settings, key);
    const shown = options.json === true ? { key, value, ...config.origins.get(key) } : value;
    process.stdout.write(`${typeof shown === 'string' ? shown : JSON.stringify(shown)}\n`);
    return 0;
  },
};
