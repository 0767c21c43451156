import type { Account } from '../account/account.ts';
import { accountFiles } from '../account/account-file.ts';
import { findKey, originOf } from '../account/key-source.ts';
import { isGenuine } from '../account/keys-file.ts';
import { openAccount } from '../account/open-account.ts';
import type { Renewal } from '../account/renew.ts';
import { outputOf } from '../account/short-process.ts';
import { afterUnref } from '../after.ts';
import { ownProgram } from './own-program.ts';
import type { SigningIn } from './sign-in-later.ts';

/** Whoever is signed in, for a process that runs for long. What asks the keyring and the network runs beside it. */
export async function openSession(signing: SigningIn): Promise<Account> {
  const { plan, env, note, warn } = signing;
  const { config, localOnly } = plan;
  const { paths, settings, origins } = config;
  const { from } = origins.get('api_url') ?? {};
  const origin = originOf(settings.api_url);
  const { folder, keys } = accountFiles(paths.dataFolder);
  const command = [...ownProgram(), 'renew-token', ...(from === 'flag' ? ['--api-url', settings.api_url] : [])];
  const renew = async (isRefused: boolean): Promise<Renewal> => {
    const { out, err } = await outputOf({ command: isRefused ? [...command, '--refused'] : command, env });
    return renewalFrom(out) ?? { kind: 'later', reason: err.trim() || 'The renewal did not end.' };
  };
  const account = openAccount({
    origin,
    folder,
    defaultTier: settings.default_tier,
    findKey: () => findKey(config),
    renew: localOnly ? undefined : renew,
    isGenuine: (jwt) => isGenuine(jwt, { file: keys, origin, fetch: undefined }),
    now: Date.now,
    after: afterUnref,
    random: Math.random,
    note,
    warn,
  });
  await account.ready;
  return account;
}

function renewalFrom(text: string): Renewal | undefined {
  try {
    return JSON.parse(text) as Renewal; // Written by `km renew-token`, of this very version.
  } catch {
    return undefined; // It ended without an answer; what it complained of is the reason.
  }
}
