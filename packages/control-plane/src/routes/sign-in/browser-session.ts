import { audit } from '../../audit.ts';
import type { Sql } from '../../database/db.ts';
import { sessionCookie } from '../../middleware/authenticate.ts';
import { insertBrowserSession } from '../../queries/insert-browser-session.ts';
import { after, lifetimes } from '../../rules/lifetimes.ts';
import { hashToken, newToken } from '../../secrets/token.ts';
import type { Services } from '../../services.ts';

interface Member {
  readonly org: string;
  readonly user: string;
  /** How they came in: `link` or `sso`. */
  readonly by: string;
}

/** Begins a browser session. @returns The value of `Set-Cookie`. */
export async function beginBrowserSession(
  sql: Sql,
  { now, config }: Pick<Services, 'now' | 'config'>,
  { org, user, by }: Member,
): Promise<string> {
  const token = newToken();
  await insertBrowserSession(sql, {
    hash: hashToken(token),
    org,
    user,
    now: after(now(), 0),
    expiresAt: after(now(), lifetimes.browserSession),
  });
  await audit(sql, { org, actor: `user:${user}`, action: 'sign-in', target: null, details: { by } }, now());
  return cookie(config.publicUrl, token, lifetimes.browserSession);
}

/** The value of `Set-Cookie` that ends a session in the browser. */
export function endedCookie(publicUrl: string): string {
  return cookie(publicUrl, '', 0);
}

/**
 * Lax, not strict: whoever comes back from an identity provider, or follows a link, is signed in. What changes something is
 * held to its origin besides.
 */
function cookie(publicUrl: string, value: string, seconds: number): string {
  const secure = publicUrl.startsWith('https:') ? '; Secure' : '';
  return `${sessionCookie(publicUrl)}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${seconds}${secure}`;
}
