import { setTimeout as pause } from 'node:timers/promises';
import { findKey } from '../account/key-source.ts';
import { type Renewal, renewOnce } from '../account/renew.ts';
import { loadConfig } from '../config/load.ts';
import { accountParts } from './account-parts.ts';
import type { Command, Invocation } from './command.ts';

/** Longer than a keyring may ask the user for a password, and shorter than whoever started this waits. */
const tooLateMs = 62_000;

/** `km renew-token`: renews the access token for the km that started it, and says how that went. Not for people. */
export const renewToken: Command = {
  name: 'renew-token',
  summary: 'Renew the access token, for km itself',
  usage: '[options]',
  options: {
    'api-url': { type: 'string', value: 'URL', help: 'The control plane' },
    refused: { type: 'boolean', help: 'The token that is kept was refused: renew it whatever the clock says' },
  },
  examples: ['km renew-token'],
  async run(invocation) {
    // Whoever started this may be dead, and a keyring that hangs keeps a process alive.
    setTimeout(() => process.exit(1), tooLateMs).unref();
    const answer = await renew(invocation);
    process.stdout.write(`${JSON.stringify(answer)}\n`, () => process.exit());
    return 0;
  },
};

async function renew({ options, env, cwd }: Invocation): Promise<Renewal> {
  const config = await loadConfig({ flags: options, env, cwd });
  const source = await findKey(config);
  if (source.kind === 'none') return { kind: 'later', reason: source.reason };
  return renewOnce({ ...accountParts(config, env), source, refused: options.refused === true, now: Date.now, pause });
}
