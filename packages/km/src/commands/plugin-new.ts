import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { KmError } from '@kilometers/core/errors.ts';
import { wordsFor } from '../cli/words.ts';
import { filterTemplate, testTemplate } from '../plugins/template.ts';
import type { Command } from './command.ts';

export const pluginNew: Command = {
  name: 'plugin new',
  summary: 'Write a filter of your own to start from',
  usage: 'NAME',
  options: {},
  examples: ['km plugin new deny-tools && km plugin add ./deny-tools.ts'],
  async run({ positionals, cwd }) {
    const [name = ''] = wordsFor('km plugin new NAME', positionals, 1);
    if (!/^[a-z0-9][a-z0-9-]{0,63}$/.test(name)) {
      throw new KmError('usage.bad-value', `"${name}" is no name for a plugin.`, {
        fix: 'Use lower-case letters, digits and dashes.',
      });
    }
    const files: readonly [string, string][] = [
      [`${name}.ts`, filterTemplate(name)],
      [`${name}.test.ts`, testTemplate(name)],
    ];
    for (const [file] of files) refuseExisting(path.join(cwd, file));
    for (const [file, text] of files) writeFileSync(path.join(cwd, file), text, { flag: 'wx' });
    process.stdout.write(`${name}.ts and ${name}.test.ts are written. Add it with: km plugin add ./${name}.ts\n`);
    return 0;
  },
};

function refuseExisting(file: string): void {
  if (!existsSync(file)) return;
  throw new KmError('usage.bad-value', `${file} is there already.`, { fix: 'Choose another name, or move the file.' });
}
