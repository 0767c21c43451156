import { existsSync } from 'node:fs';
import type { Authorization } from '../connect/authorization.ts';
import type { OAuthParts } from './open-oauth.ts';

/** The same as `openOAuth`, loaded only once a server wants it, or tokens are kept already. */
export function lazyOAuth(parts: OAuthParts): Authorization {
  let loaded: Promise<Authorization> | undefined;
  const load = () => {
    loaded ??= import('./open-oauth.ts').then(({ openOAuth }) => openOAuth(parts));
    return loaded;
  };
  return {
    header: async () => (loaded !== undefined || existsSync(parts.folder) ? (await load()).header() : undefined),
    challenged: async (status, header) => (await load()).challenged(status, header),
  };
}
