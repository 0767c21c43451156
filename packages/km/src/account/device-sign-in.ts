import { pollDeviceSignIn, startDeviceSignIn } from '@kilometers/core/api/auth.ts';
import { KmError } from '@kilometers/core/errors.ts';
import type { Secret } from '../config/secret.ts';
import type { ApiClient } from './api-client.ts';
import { isApiError } from './api-error.ts';
import { checkKey } from './check-key.ts';
import { type Granted, granted } from './exchange.ts';

export interface DeviceParts {
  readonly client: ApiClient;
  /** How the device is called on the page where it is approved. */
  readonly name: string;
  /** Shows where to go, and the code to compare. */
  readonly show: (page: string, code: string) => void;
  readonly now: () => number;
  readonly pause: (ms: number) => Promise<unknown>;
}

/** RFC 8628: who asks too often waits so much longer, from then on. */
const slowerMs = 5_000;

/**
 * Signs in through a browser, on this machine or any other.
 *
 * @throws KmError `account.cancelled` when the person refuses or does not answer, and what every call can end with.
 * @see https://www.rfc-editor.org/rfc/rfc8628
 */
export async function signInByDevice(parts: DeviceParts): Promise<{ apiKey: Secret; grant: Granted }> {
  const { client, name, show, now, pause } = parts;
  const { value: code } = await client.call(startDeviceSignIn, { body: { client_name: name } });
  if (code === undefined) throw new Error('The contract promises a device code.');
  show(code.verification_uri_complete, code.user_code);
  const end = now() + code.expires_in * 1_000;
  let waitMs = code.interval * 1_000;
  while (now() + waitMs < end) {
    await pause(waitMs);
    const answer = await poll(client, code.device_code);
    if (typeof answer === 'object') return answer;
    if (answer === 'slower') waitMs += slowerMs;
  }
  throw new KmError('account.cancelled', 'Nobody approved the sign-in in time.');
}

type Polled = 'again' | 'slower' | { readonly apiKey: Secret; readonly grant: Granted };

async function poll(client: ApiClient, code: string): Promise<Polled> {
  try {
    const { value } = await client.call(pollDeviceSignIn, { body: { device_code: code } });
    if (value === undefined) throw new Error('The contract promises tokens.');
    return { apiKey: checkKey(value.api_key, 'What the control plane made'), grant: granted(value) };
  } catch (error) {
    return whatNext(error);
  }
}

function whatNext(error: unknown): Polled {
  if (!isApiError(error)) throw error;
  const { problem, code } = error;
  if (problem === 'authorization_pending') return 'again';
  // A server that cannot be reached is asked again too, and less often, as the RFC wants it.
  if (problem === 'slow_down' || code === 'network.unreachable' || code === 'network.busy') return 'slower';
  if (problem === 'access_denied') throw new KmError('account.cancelled', 'The sign-in was refused in the browser.');
  if (problem === 'expired_token') throw new KmError('account.cancelled', 'Nobody approved the sign-in in time.');
  throw error;
}
