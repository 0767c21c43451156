import { signInByLink, signOut } from '@kilometers/core/api/sign-in.ts';
import { cookieOf, sessionCookie } from '../../middleware/authenticate.ts';
import { limit } from '../../middleware/limit.ts';
import { Refusal } from '../../problem.ts';
import { deleteBrowserSession } from '../../queries/delete-browser-session.ts';
import { findMember } from '../../queries/find-member.ts';
import { takeSignInLink } from '../../queries/take-sign-in-link.ts';
import { type Route, route } from '../../route.ts';
import { hashToken } from '../../secrets/token.ts';
import type { Services } from '../../services.ts';
import { beginBrowserSession, endedCookie } from './browser-session.ts';

const triesPerAddress = { burst: 20, perMinute: 10 };

/** How people come in by a link, and go. */
export function signInRoutes(services: Services): readonly Route[] {
  const { db, now, config } = services;
  return [
    route(signInByLink, async ({ body, request }) => {
      await limit(services, `sign-in:${request.address}`, triesPerAddress);
      return db.transaction(async (sql) => {
        const link = await takeSignInLink(sql, hashToken(body.token), now());
        const member = link && (await findMember(sql, link.org_id, link.user_id));
        if (!link || !member)
          throw new Refusal('auth.missing', { detail: 'The link is unknown, was used, or has expired.' });
        const { org_id: org, user_id: user } = link;
        const cookie = await beginBrowserSession(sql, services, { org, user, by: 'link' });
        return Response.json({ org, user_id: user, role: member.role }, { headers: { 'Set-Cookie': cookie } });
      });
    }),
    route(signOut, async ({ request }) => {
      const token = cookieOf(request.header('cookie'), sessionCookie(config.publicUrl));
      if (token !== undefined) await deleteBrowserSession(db, hashToken(token));
      return new Response(null, { status: 204, headers: { 'Set-Cookie': endedCookie(config.publicUrl) } });
    }),
  ];
}
