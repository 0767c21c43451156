import { ingestEvents } from '@kilometers/core/api/events.ts';
import type { ApiClient } from '../account/api-client.ts';
import { type ApiError, isApiError } from '../account/api-error.ts';
import type { Send, Sent } from './send.ts';

/** Long enough for a full batch over a slow line. */
const deadlineMs = 30_000;

/**
 * Sends batches to the control plane, in the words of its contract.
 *
 * Only what the contract itself says is final is final. A page of some proxy in between, an address that leads elsewhere, a
 * certificate that has expired: all of that may be better tomorrow.
 *
 * @param mayTell Whether the tier has telemetry, and somebody is signed in, at this moment.
 */
export function sendToControlPlane(client: ApiClient, mayTell: () => boolean): Send {
  return async (json, signal) => {
    if (!mayTell()) return { kind: 'later', long: true, reason: 'Nobody is signed in, or the tier has no telemetry.' };
    try {
      const { value } = await client.call(ingestEvents, { json, gzip: true, deadlineMs, signal });
      if (value === undefined) return { kind: 'later', reason: 'The control plane answered without a word.' };
      return { kind: 'accepted', ...value };
    } catch (error) {
      if (isApiError(error)) return inOtherWords(error);
      return { kind: 'later', reason: error instanceof Error ? error.message : String(error) };
    }
  };
}

function inOtherWords({ message, status, problem, retryAfterMs }: ApiError): Sent {
  if (problem === 'request.invalid') return { kind: 'refused', reason: message };
  if (status === 413) return { kind: 'too-large' };
  const long = problem === 'quota.exhausted' || problem === 'tier.insufficient' || problem === 'auth.forbidden';
  return { kind: 'later', reason: message, retryAfterMs, ...(long && { long }) };
}
