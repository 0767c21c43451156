import { refreshTokens } from '@kilometers/core/api/auth.ts';
import { limit } from '../../middleware/limit.ts';
import { Refusal } from '../../problem.ts';
import { deleteRefreshFamily } from '../../queries/delete-refresh-family.ts';
import { findKeyById } from '../../queries/find-key-by-id.ts';
import { useRefreshToken } from '../../queries/use-refresh-token.ts';
import { route } from '../../route.ts';
import { hashToken } from '../../secrets/token.ts';
import type { Services } from '../../services.ts';
import { grantTokens, issueTokens } from './issue-tokens.ts';

const perAddress = { burst: 60, perMinute: 60 };

/** A refresh token is good once. Used twice, all that came from its sign-in end: one of the two who used it is a thief. */
export function refreshTokensRoute(services: Services) {
  return route(refreshTokens, async ({ body, request }) => {
    await limit(services, `refresh:${request.address}`, perAddress);
    const hash = hashToken(body.refresh_token);
    const grant = await services.db.transaction(async (sql) => {
      const used = await useRefreshToken(sql, hash, services.now());
      if (!used) return undefined;
      if (used.again) {
        await deleteRefreshFamily(sql, used.family);
        return undefined;
      }
      const key = await findKeyById(sql, used.key_id);
      return key && grantTokens(sql, services, key, used.family);
    });
    if (!grant) throw new Refusal('auth.refresh-refused');
    return issueTokens(services, grant);
  });
}
