import { Claims } from '@kilometers/core/api/auth.ts';
import * as v from 'valibot';
import type { Known } from '../caller.ts';
import { Refusal } from '../problem.ts';
import { findBrowserSession } from '../queries/find-browser-session.ts';
import { findKeyById } from '../queries/find-key-by-id.ts';
import { hashToken } from '../secrets/token.ts';
import type { Services } from '../services.ts';

/** Name of the cookie of a browser session. `__Host-`: only over https, only from this host. */
export const sessionCookie = (publicUrl: string) => (publicUrl.startsWith('https:') ? '__Host-km' : 'km');

type Needed = Pick<Services, 'db' | 'signingKeys' | 'now' | 'config'>;

/**
 * Who sends the request: a km by its access token, a person by the cookie of a browser session.
 *
 * The key behind a token, and the person behind a session, are looked up each time: what was revoked ends at once.
 *
 * @throws Refusal `auth.missing`, `auth.expired`, `auth.forbidden`
 */
export async function authenticate(request: Request, services: Needed): Promise<Known> {
  const bearer = /^Bearer\s+(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  if (bearer !== undefined) return byToken(bearer, services);
  const cookie = cookieOf(request.headers.get('cookie') ?? undefined, sessionCookie(services.config.publicUrl));
  if (cookie === undefined) throw new Refusal('auth.missing');
  refuseForeignSite(request, services.config.publicUrl);
  return bySession(cookie, services);
}

async function byToken(token: string, { db, signingKeys }: Needed): Promise<Known> {
  const payload = await signingKeys.verifyToken(token).catch((cause: Error & { code?: string }) => {
    throw new Refusal(cause.code === 'ERR_JWT_EXPIRED' ? 'auth.expired' : 'auth.missing', { cause });
  });
  const claims = v.safeParse(Claims, payload);
  const key = claims.success ? await findKeyById(db, claims.output.sub) : undefined;
  if (!key) throw new Refusal('auth.missing');
  return { kind: 'km', org: key.org_id, tier: key.tier, keyId: key.id };
}

async function bySession(token: string, { db, now }: Needed): Promise<Known> {
  const session = await findBrowserSession(db, hashToken(token), now());
  if (!session) throw new Refusal('auth.missing');
  const { org_id, tier, user_id, role } = session;
  return { kind: 'person', org: org_id, tier, userId: user_id, role };
}

export function cookieOf(header: string | undefined, name: string): string | undefined {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}

/** A cookie is sent whoever made the browser ask. What changes something has to come from a page of ours. */
function refuseForeignSite(request: Request, publicUrl: string): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  if (request.headers.get('origin') !== new URL(publicUrl).origin) {
    throw new Refusal('auth.forbidden', { detail: 'The request does not come from a page of this server.' });
  }
}
