import { KmError } from '@kilometers/core/errors.ts';

/**
 * The address of a server as a person writes it. Without a scheme this machine is reached over http, any other over https.
 *
 * @throws KmError `usage.bad-value`
 */
export function serverAddress(text: string): URL {
  const url = parsed(text);
  if (url === undefined) throw wrong(`--url wants the address of an MCP server; got "${text}".`);
  if (url.username !== '' || url.password !== '') {
    throw wrong('--url takes no name and password: addresses are kept in records.', "Use --header 'Authorization: …'.");
  }
  url.hash = '';
  return url;
}

/** True for the names and addresses of this machine. */
export function isThisMachine({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** An address as it may be shown: what stands behind the `?` may be a secret. */
export function shownAddress({ origin, pathname, search }: URL): string {
  return `${origin}${pathname}${search === '' ? '' : '?…'}`;
}

function parsed(text: string): URL | undefined {
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  const full = hasScheme ? text : withScheme(text);
  if (!URL.canParse(full)) return undefined;
  const url = new URL(full);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url : undefined;
}

function withScheme(text: string): string {
  const secure = `https://${text}`;
  return URL.canParse(secure) && isThisMachine(new URL(secure)) ? `http://${text}` : secure;
}

function wrong(message: string, fix?: string): KmError {
  return new KmError('usage.bad-value', message, fix === undefined ? {} : { fix });
}
