import { finishSso, startSso } from '@kilometers/core/api/sign-in.ts';
import { limit } from '../../middleware/limit.ts';
import { Refusal } from '../../problem.ts';
import { addPerson } from '../../queries/add-person.ts';
import { findOrganisation } from '../../queries/find-organisation.ts';
import { findOrganisationByDomain } from '../../queries/find-organisation-by-domain.ts';
import { insertSsoState } from '../../queries/insert-sso-state.ts';
import { takeSsoState } from '../../queries/take-sso-state.ts';
import { type Route, route } from '../../route.ts';
import { after, lifetimes } from '../../rules/lifetimes.ts';
import { hashToken } from '../../secrets/token.ts';
import type { Services } from '../../services.ts';
import { createSso, type SsoPerson } from '../../sso.ts';
import { beginBrowserSession } from './browser-session.ts';

const triesPerAddress = { burst: 20, perMinute: 10 };

/** Single sign-on. Whom the provider vouches for, in a domain of the organisation, comes in; who is new, as a viewer. */
export function ssoRoutes(services: Services): readonly Route[] {
  const { db, now, seal, config, log } = services;
  const sso = createSso(seal, config.publicUrl);
  return [
    route(startSso, async ({ query: { email, next = '/' }, request }) => {
      await limit(services, `sso:${request.address}`, triesPerAddress);
      const found = await findOrganisationByDomain(db, domainOf(email));
      if (!found) throw new Refusal('request.not-found', { detail: 'No organisation signs in people of that domain.' });
      const { url, state, nonce, verifier } = await sso.request(found.sso).catch((cause: Error) => {
        log('warn', 'an identity provider cannot be used', { reason: cause.message });
        throw new Refusal('server.unavailable', {
          detail: 'The identity provider does not answer as it should.',
          cause,
        });
      });
      const expiresAt = after(now(), lifetimes.ssoState);
      await insertSsoState(db, { hash: hashToken(state), org: found.id, verifier, nonce, next, expiresAt });
      return redirect(url);
    }),
    route(finishSso, async ({ query, request }) => {
      await limit(services, `sso:${request.address}`, triesPerAddress);
      const state = await takeSsoState(db, hashToken(query.state), now());
      const stored = state && (await findOrganisation(db, state.org_id)).sso;
      if (!state || !stored) throw new Refusal('auth.missing', { detail: 'The sign-in has expired. Begin again.' });
      const callback = new URL(`${config.publicUrl}/?${new URLSearchParams(query as Record<string, string>)}`);
      const asked = { state: query.state, nonce: state.nonce, verifier: state.verifier };
      const person = await sso.person(stored, callback, asked).catch((cause: Error) => {
        log('warn', 'a single sign-on failed', { reason: cause.message });
        throw new Refusal('auth.missing', { detail: 'The identity provider did not vouch for you.', cause });
      });
      refuseUnlessOf(stored.domains, person);
      return db.transaction(async (sql) => {
        const user = await addPerson(sql, { org: state.org_id, email: person.email, role: 'viewer' });
        return redirect(state.next, await beginBrowserSession(sql, services, { org: state.org_id, user, by: 'sso' }));
      });
    }),
  ];
}

function refuseUnlessOf(domains: readonly string[], { email, verified }: SsoPerson): void {
  if (verified && domains.includes(domainOf(email))) return;
  throw new Refusal('auth.missing', {
    detail: 'The identity provider vouches for an address that is not of this organisation.',
  });
}

function domainOf(email: string): string {
  return email.slice(email.lastIndexOf('@') + 1).toLowerCase();
}

function redirect(location: string, cookie?: string): Response {
  return new Response(null, {
    status: 302,
    headers: { Location: location, ...(cookie !== undefined && { 'Set-Cookie': cookie }) },
  });
}
