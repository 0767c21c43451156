import { KmError } from '@kilometers/core/errors.ts';

/** Where requests to a path go. */
export interface Route {
  readonly path: string;
  readonly url: URL;
}

/** Where a server is found whose URL is not written out: `localhost:8001` is `http://localhost:8001/mcp`. */
export function readUrl(text: string): URL {
  const whole = /^https?:\/\//i.test(text) ? text : `http://${text}`;
  if (!URL.canParse(whole))
    throw new KmError('usage.bad-value', `--url takes a URL, such as localhost:8001; got "${text}".`);
  const url = new URL(whole);
  if (whole === text || url.pathname !== '/') return url;
  url.pathname = '/mcp';
  return url;
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
  return { path, url: readUrl(url) };
}

/** Path and query at the server for what was asked for here; undefined when it leads nowhere. */
export function pathAt({ path, url }: Route, asked: string, alone: boolean): string | undefined {
  const [askedPath = '', ...query] = asked.split('?');
  const given = query.length > 0 ? `?${query.join('?')}` : '';
  if (askedPath === path) return `${url.pathname}${given === '' ? url.search : given}`;
  // What belongs to the server beside its endpoint: the metadata of its authorization, the older transport's endpoints.
  return alone ? asked : undefined;
}
