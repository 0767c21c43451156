import { createKey, listKeys, revokeKey } from '@kilometers/core/api/organisation.ts';
import { newApiKey } from '../../api-key.ts';
import { audit } from '../../audit.ts';
import { actorOf } from '../../caller.ts';
import { Refusal } from '../../problem.ts';
import { listKeys as queryKeys } from '../../queries/list-keys.ts';
import { revokeKey as queryRevoke } from '../../queries/revoke-key.ts';
import { type Route, route } from '../../route.ts';
import { pageOf, readCursor } from '../../rules/page.ts';
import type { Services } from '../../services.ts';

/** API keys of an organisation. */
export function keyRoutes({ db, now }: Services): readonly Route[] {
  return [
    route(listKeys, ({ caller, query: { limit, after } }) =>
      db.within(caller.org, async (sql) => {
        const rows = await queryKeys(sql, caller.org, limit + 1, readCursor(after));
        return pageOf(rows, limit, ({ created_at, id }) => ({ at: created_at, id }));
      }),
    ),
    route(createKey, ({ caller, body: { name, mode } }) =>
      db.within(caller.org, async (sql) => {
        const createdBy = caller.kind === 'person' ? caller.userId : null;
        const { apiKey, key } = await newApiKey(sql, { org: caller.org, name, mode, createdBy });
        const details = { name, prefix: key.prefix };
        await audit(
          sql,
          { org: caller.org, actor: actorOf(caller), action: 'key.create', target: key.id, details },
          now(),
        );
        return { key, api_key: apiKey };
      }),
    ),
    route(revokeKey, ({ caller, params: { key_id } }) =>
      db.within(caller.org, async (sql) => {
        const name = await queryRevoke(sql, caller.org, key_id, now());
        if (name === undefined) throw new Refusal('request.not-found');
        const details = { name };
        await audit(
          sql,
          { org: caller.org, actor: actorOf(caller), action: 'key.revoke', target: key_id, details },
          now(),
        );
        return undefined;
      }),
    ),
  ];
}
