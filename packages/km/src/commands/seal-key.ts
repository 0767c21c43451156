import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { makeSealKey, readSealKey, type SealKeyAnswer } from '../account/seal-key.ts';
import { findPaths } from '../config/paths.ts';
import { withLock } from '../log/lock.ts';
import type { Command, Invocation } from './command.ts';

/** A keyring that hangs gives up after 2 s; one that asks the user for a password gets this long. */
const tooLateMs = 60_000;
const lookMs = 100;

/** `km seal-key`: prints the key that seals the log to the km that started it. Not for people. */
export const sealKey: Command = {
  name: 'seal-key',
  summary: 'Print the key that seals the log, for km itself',
  usage: '[options]',
  options: { make: { type: 'boolean', help: 'Make a key where there is none' } },
  examples: ['km seal-key | wc -c'],
  async run(invocation) {
    // Whoever started this may be dead.
    setTimeout(() => process.exit(1), tooLateMs).unref();
    const answer = process.stdout.isTTY ? none('The key is not for a screen.') : await answerFor(invocation);
    if (answer.kind === 'key') process.stdout.write(`${answer.key.toString('base64')}\n`);
    else process.stderr.write(`${answer.reason}\n`);
    return answer.kind === 'key' ? 0 : 1;
  },
};

async function answerFor({ options, env, cwd }: Invocation): Promise<SealKeyAnswer> {
  const { dataFolder } = findPaths({ env, cwd, platform: process.platform }, undefined);
  try {
    // Loaded here, in a process that ends at once: the library would stay in the memory of any other.
    const { systemKeyring } = await import('../account/keyring.ts');
    const keyring = await systemKeyring();
    if (options.make !== true) return await readSealKey(keyring);
    const making = { mark: path.join(dataFolder, 'log-seal.made'), now: Date.now, pause };
    return await oneAtATime(path.join(dataFolder, 'log-seal.lock'), () => makeSealKey(keyring, making));
  } catch (error) {
    return none((error as Error).message);
  }
}

/** A client starts all its servers at once: the user should see one dialog, not ten. */
async function oneAtATime<T>(lock: string, work: () => Promise<T>): Promise<T> {
  for (;;) {
    const done = await withLock(lock, async () => [await work()] as const);
    if (done !== undefined) return done[0];
    await pause(lookMs);
  }
}

function none(reason: string): SealKeyAnswer {
  return { kind: 'none', reason };
}
