import { changeOrganisation, showOrganisation } from '@kilometers/core/api/organisation.ts';
import { audit } from '../../audit.ts';
import { actorOf } from '../../caller.ts';
import { findOrganisation, type OrganisationRow } from '../../queries/find-organisation.ts';
import { updateOrganisation } from '../../queries/update-organisation.ts';
import { type Route, route } from '../../route.ts';
import type { Services } from '../../services.ts';
import { ssoPurpose } from '../../sso.ts';

export function organisationRoutes({ db, seal, now }: Services): readonly Route[] {
  return [
    route(showOrganisation, ({ caller }) =>
      db.within(caller.org, async (sql) => shown(await findOrganisation(sql, caller.org))),
    ),
    route(changeOrganisation, ({ caller, body: { name, retention_days, sso } }) =>
      db.within(caller.org, async (sql) => {
        const sealed = sso && {
          issuer: sso.issuer,
          client_id: sso.client_id,
          secret_sealed: Buffer.from(seal.close(sso.client_secret, ssoPurpose)).toString('base64'),
          domains: sso.domains,
        };
        const kept = sealed === undefined ? undefined : sealed && JSON.stringify(sealed);
        await updateOrganisation(sql, caller.org, { name, retentionDays: retention_days, sso: kept });
        const details = { name: name ?? null, retention_days: retention_days ?? null, sso: sso?.issuer ?? null };
        const deed = {
          org: caller.org,
          actor: actorOf(caller),
          action: 'organisation.change',
          target: caller.org,
          details,
        };
        await audit(sql, deed, now());
        return shown(await findOrganisation(sql, caller.org));
      }),
    ),
  ];
}

function shown({ id, name, tier, created_at, retention_days, sso }: OrganisationRow) {
  const without = sso && { issuer: sso.issuer, client_id: sso.client_id, domains: [...sso.domains] };
  return { id, name, tier, created_at, retention_days, sso: without };
}
