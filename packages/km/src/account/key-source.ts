import type { Config } from '../config/load.ts';
import type { Secret } from '../config/secret.ts';
import { accountFiles, readAccount, readTrusted } from './account-file.ts';
import { credentialId } from './credential.ts';

/** Where the key of this run is, before anybody has looked into the keyring. */
export type KeySource =
  | { readonly kind: 'given'; readonly apiKey: Secret; readonly credential: string; readonly from: string }
  | { readonly kind: 'kept'; readonly store: 'keyring' | 'file'; readonly credential: string; readonly hint: string }
  | { readonly kind: 'none'; readonly reason: string };

type Known = Pick<Config, 'apiKey' | 'apiKeyOrigin' | 'paths' | 'settings'>;

/** The control plane that credentials belong to. */
export function originOf(apiUrl: string): string {
  return new URL(apiUrl).origin;
}

/**
 * Which key counts: that of the environment, else the one that `km init` was given, else that of a `.env` file, which only
 * counts once its owner has allowed it: a cloned repository brings its own, and its makers would then see what is reported.
 */
export async function findKey({ apiKey, apiKeyOrigin, paths, settings }: Known): Promise<KeySource> {
  if (apiKey && apiKeyOrigin?.from === 'env') return given(apiKey, 'KM_API_KEY');
  const { account: file } = accountFiles(paths.dataFolder);
  const origin = originOf(settings.api_url);
  const account = await readAccount(file);
  if (account?.origin === origin) return { kind: 'kept', ...account };
  if (apiKey && apiKeyOrigin?.name !== undefined) {
    const trusted = (await readTrusted(file))[apiKeyOrigin.name] === trustMark(apiKey, origin);
    if (trusted) return given(apiKey, apiKeyOrigin.name);
    return none(`The key in ${apiKeyOrigin.name} is not used: \`km init --env-file\` in that folder allows it.`);
  }
  if (account === undefined) return none('Nobody is signed in.');
  return none(`The key was made for ${account.origin}, and is not shown to ${origin}. \`km init\` takes one for it.`);
}

/** What stands in the account's file for a key that may be used: that key, at that control plane. */
export function trustMark(apiKey: Secret, origin: string): string {
  return `${credentialId(apiKey)} ${origin}`;
}

function given(apiKey: Secret, from: string): KeySource {
  return { kind: 'given', apiKey, credential: credentialId(apiKey), from };
}

function none(reason: string): KeySource {
  return { kind: 'none', reason };
}
