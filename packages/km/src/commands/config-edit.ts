import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { KmError } from '@kilometers/core/errors.ts';
import { wordsFor } from '../cli/words.ts';
import { loadConfig } from '../config/load.ts';
import { findPaths } from '../config/paths.ts';
import { emptyFile } from '../config/set-in-file.ts';
import { writePrivate } from '../config/write-private.ts';
import type { Command } from './command.ts';
import { sayWarnings } from './say-warnings.ts';

export const configEdit: Command = {
  name: 'config edit',
  summary: 'Open the configuration file in your editor, then check it',
  usage: '[options]',
  options: {},
  examples: ['km config edit', 'EDITOR="code --wait" km config edit'],
  async run({ positionals, env, cwd }) {
    wordsFor('km config edit', positionals, 0);
    const { configFile } = findPaths({ env, cwd, platform: process.platform }, undefined);
    if (!existsSync(configFile)) writePrivate(configFile, emptyFile);
    openEditor(env.VISUAL || env.EDITOR || (process.platform === 'win32' ? 'notepad' : 'vi'), configFile);
    sayWarnings(await loadConfig({ env, cwd }), env);
    return 0;
  },
};

/** Through a shell, because EDITOR may hold arguments: `code --wait`. */
function openEditor(editor: string, file: string): void {
  const isWindows = process.platform === 'win32';
  const [shell, ...args] = isWindows
    ? ['cmd.exe', '/d', '/s', '/c', `"${editor} "${file}""`]
    : ['/bin/sh', '-c', `${editor} "$1"`, 'sh', file];
  const { error, status, signal } = spawnSync(shell ?? '', args, { stdio: 'inherit', windowsVerbatimArguments: true });
  if (error !== undefined) throw new KmError('config.editor-failed', 'The editor cannot be started.', { cause: error });
  if (status !== 0)
    throw new KmError('config.editor-failed', `\`${editor}\` ended with ${signal ?? `status ${status}`}.`);
}
