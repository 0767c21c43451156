import { wordsFor } from '../cli/words.ts';
import { findPaths } from '../config/paths.ts';
import { setInFile } from '../config/set-in-file.ts';
import type { Command } from './command.ts';

export const configSet: Command = {
  name: 'config set',
  summary: 'Change one setting in the configuration file',
  usage: '[options] KEY VALUE',
  options: {},
  examples: ['km config set proxy.timeout 60', `km config set redact.keys '["ssn", "iban"]'`],
  async run({ positionals, env, cwd }) {
    const [key, value] = wordsFor('km config set KEY VALUE', positionals, 2);
    await setInFile(findPaths({ env, cwd, platform: process.platform }, undefined).configFile, key, value);
    return 0;
  },
};
