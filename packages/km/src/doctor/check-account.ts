import { X509Certificate } from 'node:crypto';
import { showHealth } from '@kilometers/core/api/health.ts';
import type { ApiClient } from '../account/api-client.ts';
import { isApiError } from '../account/api-error.ts';
import type { TlsFiles } from '../account/http-request.ts';
import type { KeySource } from '../account/key-source.ts';
import { readClaims } from '../account/read-claims.ts';
import type { KeptToken } from '../account/read-token.ts';
import { graceMs, tierStateOf } from '../account/tier-state.ts';
import type { Vault } from '../account/vault.ts';
import type { Settings } from '../config/settings.ts';
import { type Check, good, note, wrong } from './check.ts';

const dayMs = 86_400_000;
const certificateSoonMs = 14 * dayMs;
const clockOffMs = 5 * 60_000;

export interface AccountLooks {
  readonly settings: Settings;
  readonly source: KeySource;
  readonly origin: string;
  readonly kept: KeptToken | undefined;
  readonly client: ApiClient;
  readonly tls: TlsFiles | undefined;
  readonly isGenuine: (kept: KeptToken) => Promise<boolean>;
  readonly openVault: (kind: Vault['kind']) => Promise<Vault>;
  readonly now: number;
}

/** Who is signed in, where the key is, and whether the control plane answers. Without a key nobody is asked. */
export async function checkAccount(looks: AccountLooks): Promise<Check[]> {
  const { source } = looks;
  if (source.kind === 'none') {
    const isSomething = source.reason !== 'Nobody is signed in.';
    return [note('account', source.reason, isSomething ? undefined : '`km init` signs in; nothing needs it.')];
  }
  const [key, token, ...reached] = await Promise.all([checkKey(looks, source), checkToken(looks), checkApi(looks)]);
  return [key, token, ...reached.flat(), ...checkCertificate(looks)];
}

async function checkKey(
  { openVault, origin }: AccountLooks,
  source: Exclude<KeySource, { kind: 'none' }>,
): Promise<Check> {
  if (source.kind === 'given') return good('key', `From ${source.from}.`);
  const where = source.store === 'keyring' ? 'the keyring' : 'a file that only you can read';
  try {
    const vault = await openVault(source.store);
    if (await vault.get('api-key', origin)) return good('key', `${source.hint} is in ${where}.`);
    return wrong('key', `${where} is locked, or has no key.`, 'Unlock it, or run `km init --update`.');
  } catch (error) {
    return wrong('key', `${where} cannot be read: ${(error as Error).message}`, 'Unlock it, or set KM_API_KEY.');
  }
}

async function checkToken({ kept, origin, settings, now, isGenuine }: AccountLooks): Promise<Check> {
  if (kept === undefined) return note('token', 'There is no access token yet.', 'The next `km monitor` gets one.');
  if (!(await isGenuine(kept)))
    return wrong('token', 'The access token is not signed by the control plane.', 'Run `km init --update`.');
  const state = tierStateOf({ kept, origin, defaultTier: settings.default_tier, now });
  const end = new Date(kept.expiresAt).toISOString();
  if (state.from === 'token') return good('token', `Tier ${state.tier}; it is renewed before ${end}.`);
  if (state.tier === 'free' && readClaims(kept.jwt.reveal())?.tier !== 'free')
    return wrong(
      'token',
      `It ended at ${end}, and the grace time of ${graceMs / 3_600_000} hours is over.`,
      'Check the network; `km monitor` signs in by itself.',
    );
  return note(
    'token',
    `It ended at ${end}; tier ${state.tier} holds until ${new Date(state.until ?? 0).toISOString()}.`,
  );
}

async function checkApi({ client, origin, now }: AccountLooks): Promise<Check[]> {
  const begun = performance.now();
  try {
    const { headers } = await client.call(showHealth);
    const ms = Math.round(performance.now() - begun);
    return [good('control plane', `${origin} answers in ${ms} ms.`), ...checkClock(headers.date, now)];
  } catch (error) {
    if (!isApiError(error)) throw error;
    const { cause } = error;
    const says = cause instanceof Error ? `${error.message} ${cause.message}` : error.message;
    return [wrong('control plane', says, error.fix)];
  }
}

/** A wrong clock makes tokens look ended, or good. */
function checkClock(date: string | undefined, now: number): Check[] {
  const off = date === undefined ? 0 : now - Date.parse(date);
  if (!(Math.abs(off) > clockOffMs)) return [];
  const says = `The clock is ${Math.round(Math.abs(off) / 60_000)} minutes ${off > 0 ? 'ahead of' : 'behind'} the control plane.`;
  return [wrong('clock', says, 'Set it right.')];
}

function checkCertificate({ tls, now }: AccountLooks): Check[] {
  if (tls?.cert === undefined) return [];
  try {
    const { validTo } = new X509Certificate(tls.cert);
    const left = Date.parse(validTo) - now;
    if (left > certificateSoonMs) return [good('client certificate', `Good until ${validTo}.`)];
    const says = left > 0 ? `It ends at ${validTo}.` : `It ended at ${validTo}.`;
    const state = left > 0 ? note : wrong;
    return [state('client certificate', says, 'Renew the file that `api_tls.cert` names.')];
  } catch {
    return [wrong('client certificate', 'The file that `api_tls.cert` names holds none.', 'It wants PEM.')];
  }
}
