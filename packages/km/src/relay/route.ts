import { KmError } from '@kilometers/core/errors.ts';
import { serverAddress } from '../connect/address.ts';

/** Where requests to a path go. */
export interface Route {
  readonly path: string;
  readonly url: URL;
}

/**
 * Reads `/github=https://api.example.com/mcp`.
 *
 * @throws KmError `usage.bad-value`
 */
export function readRoute(text: string): Route {
  const [, path, url] = /^(\/[^=?#\s]*[^=?#\s/])=(.+)$/.exec(text) ?? [];
  if (path === undefined || url === undefined || path === '/healthz' || path === '/readyz') {
    throw new KmError('usage.bad-value', `--route takes /path=URL; got "${text}".`);
  }
  return { path, url: serverAddress(url) };
}

/** Path and query at the server for what was asked for here; undefined when it leads nowhere. */
export function pathAt({ path, url }: Route, asked: string, alone: boolean): string | undefined {
  const [askedPath = '', ...query] = asked.split('?');
  const given = query.length > 0 ? `?${query.join('?')}` : '';
  if (askedPath === path) return `${url.pathname}${given === '' ? url.search : given}`;
  // What belongs to the server beside its endpoint: the metadata of its authorization, the older transport's endpoints.
  return alone ? asked : undefined;
}
