import type { Account } from '../account/account.ts';
import { accountFiles } from '../account/account-file.ts';
import { type ApiClient, openApiClient } from '../account/api-client.ts';
import { originOf } from '../account/key-source.ts';
import { openVault } from '../account/open-vault.ts';
import { readTlsFiles } from '../account/tls-files.ts';
import type { Vault } from '../account/vault.ts';
import type { Config } from '../config/load.ts';
import type { Secret } from '../config/secret.ts';
import type { Invocation } from './command.ts';

/** What the commands of the account have in common: where things are, and how the control plane and the vault are opened. */
export function accountParts(config: Config, env: Invocation['env']) {
  const { settings, paths } = config;
  const files = accountFiles(paths.dataFolder);
  const tls = readTlsFiles(settings);
  return {
    files,
    origin: originOf(settings.api_url),
    client: openApiClient({ apiUrl: settings.api_url, tls }),
    openVault: (kind: Vault['kind']) => openVault(kind, { file: files.secrets, env, platform: process.platform }),
  };
}

/** A client that asks as whoever is signed in. */
export function signedInClient({ settings }: Config, account: Account): ApiClient {
  const token = (refused?: Secret) => account.accessToken(refused);
  return openApiClient({ apiUrl: settings.api_url, tls: readTlsFiles(settings), token });
}
