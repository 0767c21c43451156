import { isThisMachine } from './address.ts';

/**
 * The proxy that the environment names for a server: `HTTPS_PROXY`, in either case, unless `NO_PROXY` names the host. Plain
 * http and this machine are always reached directly.
 */
export function proxyFor(url: URL, env: Readonly<Record<string, string | undefined>>): URL | undefined {
  const named = env.HTTPS_PROXY || env.https_proxy || '';
  const except = env.NO_PROXY || env.no_proxy || '';
  if (url.protocol !== 'https:' || named === '' || isThisMachine(url) || isExcepted(url, except)) return undefined;
  const full = named.includes('://') ? named : `http://${named}`;
  const proxy = URL.canParse(full) ? new URL(full) : undefined;
  return proxy?.protocol === 'http:' || proxy?.protocol === 'https:' ? proxy : undefined;
}

/** `NO_PROXY`: names that hold for what lies below them too, with or without a port; `*` is every host. */
function isExcepted({ hostname, port }: URL, list: string): boolean {
  return list.split(/[\s,]+/).some((entry) => {
    const [, name = '', wantedPort] = /^\*?\.?(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
    if (entry === '*') return true;
    if (name === '' || (wantedPort !== undefined && wantedPort !== (port || '443'))) return false;
    return hostname === name || hostname.endsWith(`.${name}`);
  });
}
