import { setTimeout as pause } from 'node:timers/promises';
import { readAccount } from '../account/account-file.ts';
import { forgetKey } from '../account/sign-in.ts';
import { wordsFor } from '../cli/words.ts';
import { loadConfig } from '../config/load.ts';
import { withLock } from '../log/lock.ts';
import { accountParts } from './account-parts.ts';
import type { Command } from './command.ts';

export const logout: Command = {
  name: 'logout',
  summary: 'Forget the key that `km init` was given',
  usage: '[options]',
  options: {},
  examples: ['km logout'],
  async run({ positionals, env, cwd }) {
    wordsFor('km logout', positionals, 0);
    const config = await loadConfig({ env, cwd });
    const { files, openVault } = accountParts(config, env);
    const account = await readAccount(files.account);
    if (account === undefined) return say('Nobody is signed in.\n');
    for (let done = false; !done; ) {
      const forget = () => forgetKey(account, () => openVault(account.store), { files });
      done = (await withLock(files.lock, async () => [await forget()])) !== undefined;
      if (!done) await pause(100);
    }
    return say(`Signed out of ${account.origin}. The key ${account.hint} is gone from this machine, and still holds:
revoke it there if nobody else uses it.\n`);
  },
};

function say(text: string): number {
  process.stdout.write(text);
  return 0;
}
