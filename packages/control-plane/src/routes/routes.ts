import type { Route } from '../route.ts';
import type { Services } from '../services.ts';
import { showAccountRoute } from './account/show-account.ts';
import { exchangeKeyRoute } from './auth/exchange-key.ts';
import { refreshTokensRoute } from './auth/refresh-tokens.ts';
import { showJwksRoute } from './auth/show-jwks.ts';
import { ingestEventsRoute } from './events/ingest-events.ts';
import { healthRoutes } from './health/routes.ts';

/** Every operation with what carries it out. */
export function routes(services: Services): readonly Route[] {
  return [
    exchangeKeyRoute(services),
    refreshTokensRoute(services),
    showJwksRoute(services),
    showAccountRoute(services),
    ingestEventsRoute(services),
    ...healthRoutes(services),
  ];
}
