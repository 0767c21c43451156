import { apiKeyPattern, exchangeKey } from '@kilometers/core/api/auth.ts';
import { limit } from '../../middleware/limit.ts';
import { Refusal } from '../../problem.ts';
import { findKeyByHash } from '../../queries/find-key-by-hash.ts';
import { route } from '../../route.ts';
import { hashToken } from '../../secrets/token.ts';
import type { Services } from '../../services.ts';
import { grantTokens, issueTokens } from './issue-tokens.ts';

/** Ten km's start at once behind one address, and again when a client is opened anew. */
const perAddress = { burst: 60, perMinute: 60 };

export function exchangeKeyRoute(services: Services) {
  return route(exchangeKey, async ({ body, request }) => {
    await limit(services, `exchange:${request.address}`, perAddress);
    const key = 'api_key' in body ? body.api_key : body.ApiKey;
    const row = apiKeyPattern.test(key as string)
      ? await findKeyByHash(services.db, hashToken(key as string), services.now())
      : undefined;
    if (!row) throw new Refusal('auth.key-refused');
    return issueTokens(services, await grantTokens(services.db, services, row));
  });
}
