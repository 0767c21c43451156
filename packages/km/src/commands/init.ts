import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { KmError } from '@kilometers/core/errors.ts';
import { accountFiles, readAccount, readTrusted, writeAccount } from '../account/account-file.ts';
import { checkKey } from '../account/check-key.ts';
import { signInByDevice } from '../account/device-sign-in.ts';
import type { Granted } from '../account/exchange.ts';
import { trustMark } from '../account/key-source.ts';
import { readClaims, tierFrom } from '../account/read-claims.ts';
import { keepKey, refuseForged, tryKey } from '../account/sign-in.ts';
import type { Vault } from '../account/vault.ts';
import { wordsFor } from '../cli/words.ts';
import { type Config, loadConfig } from '../config/load.ts';
import type { Secret } from '../config/secret.ts';
import { setInFile } from '../config/set-in-file.ts';
import { withLock } from '../log/lock.ts';
import { accountParts } from './account-parts.ts';
import type { Command, Invocation } from './command.ts';
import { type Asking, openAsking } from './init-questions.ts';
import { one } from './log-options.ts';
import { sayWarnings } from './say-warnings.ts';

export const init: Command = {
  name: 'init',
  summary: 'Sign in to a control plane',
  usage: '[options]',
  options: {
    'api-key': {
      type: 'string',
      value: 'KEY',
      help: 'The API key; `-` reads it from stdin, where `ps` does not show it',
    },
    browser: { type: 'boolean', help: 'Sign in through a browser, on this machine or another' },
    validate: { type: 'boolean', help: 'Exchange the key first, and keep nothing if it is refused' },
    update: { type: 'boolean', help: 'Put the key in the place of the one there is' },
    'api-url': { type: 'string', value: 'URL', help: 'The control plane; kept in the configuration' },
    'plain-file': { type: 'boolean', help: 'Keep the key in a file that only you can read, not in the keyring' },
    'env-file': { type: 'boolean', help: 'Allow the key in the .env of this folder to be used here' },
  },
  examples: ['km init', 'km init --api-key - --validate < key.txt', 'km init --browser'],
  run,
};

async function run(invocation: Invocation): Promise<number> {
  const { options, positionals, env, cwd } = invocation;
  wordsFor('km init', positionals, 0);
  process.title = 'km init'; // A key among the arguments is not to be seen by everybody who lists processes.
  const config = await loadConfig({ flags: options, env, cwd });
  sayWarnings(config, env);
  if (options['env-file'] === true) return allowEnvFile(config);
  const parts = { ...accountParts(config, env), now: Date.now };
  const asking = await openAsking(
    process.stdin.isTTY === true && process.stderr.isTTY === true && !isGiven(invocation),
  );
  const before = await readAccount(parts.files.account);
  if (before && options.update !== true && !(await asking?.replace(before.hint))) {
    throw new KmError('account.exists', `You are signed in to ${before.origin} with the key ${before.hint}`);
  }
  const { apiKey, grant } = await getKey(invocation, asking, parts);
  const account = await keep(apiKey, grant, await wantedStore(invocation, asking, parts), parts);
  const apiUrl = one(options['api-url']);
  if (apiUrl !== undefined) await setInFile(config.paths.configFile, 'api_url', apiUrl);
  process.stdout.write(inWords(account, grant));
  return 0;
}

type Parts = ReturnType<typeof accountParts> & { readonly now: () => number };

/** Options that answer the questions. */
function isGiven({ options }: Invocation): boolean {
  return options['api-key'] !== undefined || options.browser === true;
}

async function getKey(
  { options }: Invocation,
  asking: Asking | undefined,
  parts: Parts,
): Promise<{ apiKey: Secret; grant: Granted | undefined }> {
  const given = one(options['api-key']);
  if (given === undefined) {
    const way = options.browser === true ? 'browser' : await asking?.way();
    if (way === undefined)
      throw new KmError('usage.bad-value', 'Without a terminal, km init wants `--api-key` or `--browser`.');
    if (way === 'browser') return byBrowser(parts);
  }
  const typed = given === '-' ? await readInput() : (given ?? (await asking?.key()) ?? '');
  const apiKey = checkKey(typed, given === undefined ? 'What you typed' : '`--api-key`');
  const isTried = asking !== undefined || options.validate === true;
  return { apiKey, grant: isTried ? await tryKey(apiKey, parts) : undefined };
}

async function byBrowser(parts: Parts): Promise<{ apiKey: Secret; grant: Granted }> {
  const show = (page: string, code: string) =>
    void process.stderr.write(`Open ${page}\nand approve this device if it shows the code ${code}\n`);
  const signedIn = await signInByDevice({
    client: parts.client,
    name: `km on ${hostname()}`,
    show,
    now: Date.now,
    pause,
  });
  await refuseForged(signedIn.grant, parts);
  return signedIn;
}

/** The keyring, unless there is none and its owner agrees to a file. */
async function wantedStore({ options }: Invocation, asking: Asking | undefined, { openVault }: Parts): Promise<Vault> {
  if (options['plain-file'] === true) return openVault('file');
  try {
    return await openVault('keyring');
  } catch (error) {
    if (asking && (await asking.plainFile((error as Error).message))) return openVault('file');
    throw error;
  }
}

/** Under the lock of whoever renews, and not to be interrupted: a renewal must not write the old account's token back. */
async function keep(apiKey: Secret, grant: Granted | undefined, vault: Vault, parts: Parts) {
  const hold = () => {};
  process.on('SIGINT', hold);
  try {
    for (;;) {
      const done = await withLock(parts.files.lock, () => keepKey(apiKey, grant, vault, parts));
      if (done) return done;
      await pause(100);
    }
  } finally {
    process.off('SIGINT', hold);
  }
}

async function readInput(): Promise<string> {
  let text = '';
  for await (const piece of process.stdin.setEncoding('utf8')) text += piece;
  return text;
}

/** From now on this very key may be used in that folder, at this control plane. */
async function allowEnvFile(config: Config): Promise<number> {
  const { apiKey, apiKeyOrigin, settings, paths } = config;
  if (apiKey === undefined || apiKeyOrigin?.from !== 'dotenv' || apiKeyOrigin.name === undefined)
    throw new KmError('account.no-key', 'There is no KM_API_KEY in the .env of this folder that would count here.');
  const key = checkKey(apiKey.reveal(), apiKeyOrigin.name);
  const { account } = accountFiles(paths.dataFolder);
  const trusted = {
    ...(await readTrusted(account)),
    [apiKeyOrigin.name]: trustMark(key, new URL(settings.api_url).origin),
  };
  await writeAccount(account, { ...(await readAccount(account)), trusted });
  process.stdout.write(`The key in ${apiKeyOrigin.name} is used from now on when km runs in that folder.\n`);
  return 0;
}

function inWords(
  { origin, store, hint }: { origin: string; store: Vault['kind']; hint: string },
  grant: Granted | undefined,
) {
  const claims = grant && readClaims(grant.jwt.reveal());
  const tier = claims?.tier ?? tierFrom(grant?.plan);
  const tried = grant
    ? `Signed in to ${origin}${tier ? `, tier ${tier}` : ''}.`
    : `The key ${hint} for ${origin} is kept, not tried.`;
  const where = store === 'keyring' ? "It is in the system's keyring." : 'It is in a file that only you can read.';
  return `${tried} ${where}\n`;
}
