import type { Route } from '../route.ts';
import type { Services } from '../services.ts';
import { showAccountRoute } from './account/show-account.ts';
import { analyticsRoutes } from './analytics/routes.ts';
import { listAuditRoute } from './audit/list-audit.ts';
import { exchangeKeyRoute } from './auth/exchange-key.ts';
import { refreshTokensRoute } from './auth/refresh-tokens.ts';
import { showJwksRoute } from './auth/show-jwks.ts';
import { deviceRoutes } from './devices/routes.ts';
import { ingestEventsRoute } from './events/ingest-events.ts';
import { healthRoutes } from './health/routes.ts';
import { keyRoutes } from './keys/routes.ts';
import { memberRoutes } from './members/routes.ts';
import { organisationRoutes } from './organisation/routes.ts';
import { fetchPolicyRoute } from './policies/fetch-policy.ts';
import { policyRoutes } from './policies/routes.ts';
import { analyzeRiskRoute } from './risk/analyze-risk.ts';
import { followEventsRoute } from './sessions/follow-events.ts';
import { sessionRoutes } from './sessions/routes.ts';
import { signInRoutes } from './sign-in/routes.ts';
import { ssoRoutes } from './sign-in/sso-routes.ts';

/** Every operation with what carries it out. */
export function routes(services: Services): readonly Route[] {
  return [
    exchangeKeyRoute(services),
    refreshTokensRoute(services),
    ...deviceRoutes(services),
    ...signInRoutes(services),
    ...ssoRoutes(services),
    showJwksRoute(services),
    showAccountRoute(services),
    ingestEventsRoute(services),
    analyzeRiskRoute(),
    ...analyticsRoutes(services),
    ...sessionRoutes(services),
    followEventsRoute(services),
    ...organisationRoutes(services),
    ...memberRoutes(services),
    ...keyRoutes(services),
    fetchPolicyRoute(services),
    ...policyRoutes(services),
    listAuditRoute(services),
    ...healthRoutes(services),
  ];
}
