import { allowInsecureRequests } from 'oauth4webapi';
import { safeUrl } from './safe-url.ts';

/** Options of a request: http is allowed where it stays on this machine. */
export function insecureTo(endpoint: string | undefined): {
  readonly [allowInsecureRequests]: boolean;
  readonly signal: AbortSignal;
} {
  const here = safeUrl(endpoint)?.protocol === 'http:';
  return { [allowInsecureRequests]: here, signal: AbortSignal.timeout(30_000) };
}
