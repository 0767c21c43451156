import { showAccount } from '@kilometers/core/api/auth.ts';
import { callerOf } from '../../caller.ts';
import { countMonth } from '../../queries/count-month.ts';
import { findOrganisation } from '../../queries/find-organisation.ts';
import { route } from '../../route.ts';
import { eventsRemaining } from '../../rules/quota.ts';
import type { Services } from '../../services.ts';

export function showAccountRoute({ db, now }: Services) {
  return route(showAccount, ({ caller }) =>
    db.within(caller.org, async (sql) => {
      const { id, name, tier } = await findOrganisation(sql, caller.org);
      return {
        org: { id, name, tier },
        user_id: caller.kind === 'km' ? caller.keyId : caller.userId,
        role: callerOf(caller),
        events_remaining: eventsRemaining(tier, await countMonth(sql, caller.org, now())),
      };
    }),
  );
}
