import { after } from '../after.ts';
import { now } from '../clock.ts';
import { isThisMachine } from '../connect/address.ts';
import { givenHeaders } from '../connect/given-headers.ts';
import { RemoteServer } from '../connect/remote-server.ts';
import type { ServerEnd } from '../transport/server-end.ts';
import type { Invocation } from './command.ts';
import type { Plan } from './monitor-plan.ts';

interface Reached {
  readonly url: string;
  readonly plan: Plan;
  readonly invocation: Invocation;
  readonly onFault: (message: string) => void;
}

/**
 * `km monitor --url`: the server's end is across the network. Nothing is sent before the client says something.
 *
 * @throws KmError `usage.bad-value`
 */
export function reachServer({ url: address, plan, invocation, onFault }: Reached): ServerEnd {
  const { options, env } = invocation;
  const url = new URL(address);
  const given = Array.isArray(options.header) ? options.header.map(String) : [];
  const headers = { ...givenHeaders(given, env), 'km-hop': plan.facts.run };
  if (url.protocol === 'http:' && !isThisMachine(url)) {
    onFault(`What goes to ${url.host} can be read on the way, headers included: the address is not https.`);
  }
  return new RemoteServer({
    url,
    headers,
    retriesMax: plan.config.settings.proxy.max_retries,
    onFault,
    after,
    random: Math.random,
    now,
  });
}
