import { rm, stat, writeFile } from 'node:fs/promises';
import { KmError } from '@kilometers/core/errors.ts';
import type { Secret } from '../config/secret.ts';
import { withLock } from '../log/lock.ts';
import type { accountFiles } from './account-file.ts';
import type { ApiClient } from './api-client.ts';
import { isApiError } from './api-error.ts';
import { exchangeForToken, fetchKeys, type Granted, renewToken } from './exchange.ts';
import type { KeySource } from './key-source.ts';
import { isGenuine } from './keys-file.ts';
import { type KeptToken, readToken, tokenFile } from './read-token.ts';
import { isDue } from './tier-state.ts';
import { writeToken } from './token-file.ts';
import type { Vault } from './vault.ts';

/** How a renewal ended. `refused`: the key is of no use any more. `later`: trying again may help. */
export type Renewal =
  | { readonly kind: 'fresh' | 'renewed' }
  | { readonly kind: 'refused' | 'later'; readonly reason: string; readonly retryAfterMs?: number | undefined };

export interface RenewParts {
  readonly source: Exclude<KeySource, { kind: 'none' }>;
  readonly origin: string;
  readonly files: ReturnType<typeof accountFiles>;
  readonly client: ApiClient;
  /** Opened only by the holder of the lock: ten km's would ask for ten passwords. */
  readonly openVault: (kind: Vault['kind']) => Promise<Vault>;
  /** The token that is kept was refused: it counts as ended, whatever the clock says. */
  readonly refused?: boolean;
  readonly now: () => number;
  readonly pause: (ms: number) => Promise<unknown>;
}

const lookMs = 50;

/** Who would not unlock the keyring is left alone for so long. */
const refusedMs = 3_600_000;

/**
 * Renews the access token that all km's share, unless another km just has: one at a time, of all processes.
 *
 * To be called in a process of its own: the keyring's library takes 4 MB, and a keyring may hang.
 */
export async function renewOnce(parts: RenewParts): Promise<Renewal> {
  const { refused = false, source, files } = parts;
  // Before the lock: while this one waits, another may renew the token that was refused.
  const useless = refused ? readToken(tokenFileOf(source, files.folder))?.jwt : undefined;
  for (;;) {
    const done = await withLock(files.lock, async () => [await renew(parts, useless)] as const);
    if (done !== undefined) return done[0];
    await parts.pause(lookMs);
  }
}

/** The file that holds the token of a key. */
export function tokenFileOf({ kind, credential }: RenewParts['source'], folder: string): string {
  return tokenFile(folder, kind === 'given' ? credential : undefined);
}

async function renew(parts: RenewParts, useless: Secret | undefined): Promise<Renewal> {
  const { source, files, now } = parts;
  const file = tokenFileOf(source, files.folder);
  if (isStillGood(readToken(file), parts, useless)) return { kind: 'fresh' };
  try {
    const grant =
      source.kind === 'given' ? await exchangeForToken(parts.client, source.apiKey) : await fromVault(parts);
    if (!(await isSigned(grant.jwt, parts)))
      return { kind: 'refused', reason: 'The access token is not signed by the keys of the control plane.' };
    const { jwt, plan, expiresInMs } = grant;
    const { origin } = parts;
    const receivedAt = now();
    const times = { receivedAt, expiresAt: receivedAt + expiresInMs };
    await writeToken(file, { origin, credential: source.credential, jwt, plan, ...times });
    return { kind: 'renewed' };
  } catch (error) {
    return whyNot(error);
  }
}

function isStillGood(kept: KeptToken | undefined, { source, origin, now }: RenewParts, useless?: Secret): boolean {
  if (kept?.origin !== origin || kept.credential !== source.credential) return false;
  return kept.jwt.reveal() !== useless?.reveal() && !isDue(kept, now());
}

/** By the refresh token, which is good once, and else by the key. */
async function fromVault(parts: RenewParts): Promise<Granted> {
  const vault = await openVault(parts);
  const { client, origin } = parts;
  const refreshToken = await secretOf(parts, vault, 'refresh-token');
  const renewed = refreshToken && (await renewToken(client, refreshToken).catch(unlessRefused));
  const grant = renewed ?? (await byKey(parts, vault));
  // Kept before the access token is: the one it came from is used up.
  if (grant.refreshToken) await vault.set('refresh-token', origin, grant.refreshToken);
  return grant;
}

async function byKey(parts: RenewParts, vault: Vault): Promise<Granted> {
  const apiKey = await secretOf(parts, vault, 'api-key');
  if (apiKey === undefined) {
    const where =
      vault.kind === 'keyring' ? 'The keyring is locked, or has no key any more.' : 'The file with the key is gone.';
    throw new KmError('account.keyring', where);
  }
  return exchangeForToken(parts.client, apiKey);
}

async function openVault({ source, files, now, openVault }: RenewParts): Promise<Vault> {
  const kind = source.kind === 'kept' ? source.store : 'keyring';
  const asked = (await stat(files.refused).catch(() => undefined))?.mtimeMs ?? 0;
  if (kind === 'keyring' && now() - asked < refusedMs)
    throw new KmError('account.keyring', 'The keyring is locked, and the user would not unlock it.');
  return openVault(kind);
}

async function secretOf({ origin, files }: RenewParts, vault: Vault, name: 'api-key' | 'refresh-token') {
  try {
    const secret = await vault.get(name, origin);
    if (secret !== undefined) await rm(files.refused, { force: true });
    return secret;
  } catch (cause) {
    if (/dismissed|cancel/i.test((cause as Error).message)) await writeFile(files.refused, '', { mode: 0o600 });
    throw new KmError('account.keyring', 'The keyring cannot be read.', { cause });
  }
}

function isSigned(jwt: Secret, { client, origin, files }: RenewParts): Promise<boolean> {
  return isGenuine(jwt, { file: files.keys, origin, fetch: () => fetchKeys(client) });
}

function unlessRefused(error: unknown): undefined {
  if (isApiError(error) && error.code === 'account.refused') return undefined;
  throw error;
}

function whyNot(error: unknown): Renewal {
  const { message, cause } = error as Error;
  const reason = cause instanceof Error ? `${message} ${cause.message}` : message;
  if (!isApiError(error)) return { kind: 'later', reason };
  const kind = error.code === 'account.refused' ? 'refused' : 'later';
  return { kind, reason, retryAfterMs: error.retryAfterMs };
}
