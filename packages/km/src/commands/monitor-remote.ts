import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { mayHaveKeyring } from '../account/short-process.ts';
import { readTlsFiles } from '../account/tls-files.ts';
import { after } from '../after.ts';
import { now } from '../clock.ts';
import { isThisMachine } from '../connect/address.ts';
import type { Authorization } from '../connect/authorization.ts';
import { givenHeaders } from '../connect/given-headers.ts';
import { proxyFor } from '../connect/proxy-for.ts';
import { RemoteServer } from '../connect/remote-server.ts';
import { lazyOAuth } from '../oauth/lazy-oauth.ts';
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
 * @throws KmError `usage.bad-value`, `config.unreadable`
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
    tls: readTlsFiles(plan.config.settings, 'server_tls'),
    proxy: proxyFor(url, env),
    ...(!('authorization' in headers) && { authorization: oauthFor({ url: address, plan, invocation, onFault }) }),
    after,
    random: Math.random,
    now,
  });
}

function oauthFor({ url, plan, invocation, onFault }: Reached): Authorization {
  const { env } = invocation;
  const { platform } = process;
  const { paths, settings } = plan.config;
  const { clients, client_metadata_url: metadataUrl, redirect_port: redirectPort } = settings.oauth;
  return lazyOAuth({
    url: new URL(url),
    folder: path.join(paths.dataFolder, 'oauth'),
    keyring: async () =>
      mayHaveKeyring(env, platform) ? (await import('../account/keyring.ts')).systemKeyring() : undefined,
    onFile: (file) =>
      onFault(`There is no keyring that takes them: the tokens are kept in ${file}, for you alone to read.`),
    clients: {
      registered: clients.map(({ issuer, client_id, secret_env }) => {
        const secret = secret_env === undefined ? undefined : env[secret_env];
        return { issuer, client_id, ...(secret !== undefined && { secret }) };
      }),
      metadataUrl: metadataUrl === '' ? undefined : metadataUrl,
    },
    redirectPort,
    show: async (page) => (await import('../oauth/show-page.ts')).showPage(page, { env, platform, say: onFault }),
    signal: new AbortController().signal,
    now: Date.now,
    pause: setTimeout,
  });
}
