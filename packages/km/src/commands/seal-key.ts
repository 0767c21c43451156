import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Keyring } from '../account/keyring.ts';
import { makeSealKey, readSealKey, type SealKeyAnswer } from '../account/seal-key.ts';
import { findPaths } from '../config/paths.ts';
import type { Command, Invocation } from './command.ts';

const tooLateMs = 10_000;

/** `km seal-key`: prints the key that seals the log to the km that started it. Not for people. */
export const sealKey: Command = {
  name: 'seal-key',
  summary: 'Print the key that seals the log, for km itself',
  usage: '[options]',
  options: { make: { type: 'boolean', help: 'Make a key where there is none' } },
  examples: ['km seal-key | wc -c'],
  async run(invocation) {
    // Whoever asked has given up by then, or is dead.
    setTimeout(() => process.exit(1), tooLateMs).unref();
    const answer = process.stdout.isTTY ? none('The key is not for a screen.') : await ask(invocation);
    if (answer.kind === 'key') process.stdout.write(`${answer.key.toString('base64')}\n`);
    else process.stderr.write(`${answer.reason}\n`);
    return answer.kind === 'key' ? 0 : 1;
  },
};

async function ask({ options, env, cwd }: Invocation): Promise<SealKeyAnswer> {
  const { dataFolder } = findPaths({ env, cwd, platform: process.platform }, undefined);
  try {
    // Loaded here, in a process that ends at once: the library would stay in the memory of any other.
    const keyring: Keyring = await (await import('../account/keyring.ts')).systemKeyring();
    if (options.make !== true) return await readSealKey(keyring);
    return await makeSealKey(keyring, { mark: path.join(dataFolder, 'log-seal.made'), now: Date.now, pause });
  } catch (error) {
    return none((error as Error).message);
  }
}

function none(reason: string): SealKeyAnswer {
  return { kind: 'none', reason };
}
