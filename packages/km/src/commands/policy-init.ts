import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { KmError } from '@kilometers/core/errors.ts';
import { wordsFor } from '../cli/words.ts';
import { policyFiles } from '../policy/policy-file.ts';
import { policyTemplate } from '../policy/template.ts';
import type { Command } from './command.ts';
import { policyPlaces } from './policy-options.ts';

export const policyInit: Command = {
  name: 'policy init',
  summary: 'Write a policy to start from',
  usage: '[options]',
  options: { project: { type: 'boolean', help: 'Write .km/policy.yaml of this folder instead of your own policy' } },
  examples: ['km policy init', 'km policy init --project'],
  async run(invocation) {
    wordsFor('km policy init', invocation.positionals, 0);
    const { configFolder } = await policyPlaces(invocation, undefined);
    const origin = invocation.options.project === true ? 'project' : 'user';
    const file = policyFiles(configFolder, invocation.cwd).find((candidate) => candidate.origin === origin);
    if (file === undefined) throw new KmError('usage.bad-value', 'The configuration of km is in this folder already.');
    write(file.path, policyTemplate(origin));
    process.stdout.write(`${file.path} is written. Change it, then run: km policy check\n`);
    return 0;
  },
};

function write(file: string, text: string): void {
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, text, { flag: 'wx', mode: 0o600 });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') {
      throw new KmError('policy.exists', `${file} is there already.`);
    }
    throw new KmError('config.unwritable', `${file} cannot be written.`, { cause });
  }
}
