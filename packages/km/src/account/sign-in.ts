import { rm } from 'node:fs/promises';
import { KmError } from '@kilometers/core/errors.ts';
import type { Secret } from '../config/secret.ts';
import { type AccountFile, readTrusted, removeAccount, writeAccount } from './account-file.ts';
import { credentialId, keyHint } from './credential.ts';
import { exchangeForToken, fetchKeys, type Granted } from './exchange.ts';
import { isGenuine } from './keys-file.ts';
import { tokenFile } from './read-token.ts';
import type { RenewParts } from './renew.ts';
import { removeToken, writeToken } from './token-file.ts';
import type { Vault } from './vault.ts';

type Place = Pick<RenewParts, 'client' | 'files' | 'origin' | 'now'>;

/**
 * Exchanges a key, and keeps nothing.
 *
 * @throws ApiError `account.refused`, `network.*`
 */
export async function tryKey(apiKey: Secret, place: Place): Promise<Granted> {
  const grant = await exchangeForToken(place.client, apiKey);
  await refuseForged(grant, place);
  return grant;
}

/** @throws KmError `network.bad-answer` where the token is not signed by the keys of the control plane. */
export async function refuseForged({ jwt }: Granted, { client, files, origin }: Place): Promise<void> {
  if (await isGenuine(jwt, { file: files.keys, origin, fetch: () => fetchKeys(client) })) return;
  const message = `The access token that ${origin} gave is not signed by the keys that it shows.`;
  throw new KmError('network.bad-answer', message);
}

/** Keeps a key, and what it was exchanged for if it was. The last step makes it count: until then the one before does. */
export async function keepKey(
  apiKey: Secret,
  grant: Granted | undefined,
  vault: Vault,
  { files, origin, now }: Place,
): Promise<AccountFile> {
  const credential = credentialId(apiKey);
  const store = vault.kind;
  const hint = keyHint(apiKey);
  const account = { origin, store, credential, hint, trusted: await readTrusted(files.account) };
  const token = tokenFile(files.folder, undefined);
  await vault.set('api-key', origin, apiKey);
  if (grant?.refreshToken) await vault.set('refresh-token', origin, grant.refreshToken);
  else await vault.remove('refresh-token', origin);
  removeToken(token);
  await rm(files.refused, { force: true });
  await writeAccount(files.account, account);
  if (grant) {
    const { jwt, plan, expiresInMs } = grant;
    const receivedAt = now();
    await writeToken(token, { origin, credential, jwt, plan, receivedAt, expiresAt: receivedAt + expiresInMs });
  }
  return account;
}

/** Forgets who signed in: first what makes it count, then the secrets. */
export async function forgetKey(
  { origin }: AccountFile,
  openVault: () => Promise<Vault>,
  { files }: Pick<Place, 'files'>,
): Promise<void> {
  removeToken(tokenFile(files.folder, undefined));
  await removeAccount(files.account);
  const vault = await openVault();
  await vault.remove('refresh-token', origin);
  await vault.remove('api-key', origin);
}
