import { showHealth, showMetrics, showOpenApi, showReadiness } from '@kilometers/core/api/health.ts';
import { isMigrated } from '../../database/migrate.ts';
import { openApiDocument } from '../../openapi.ts';
import { Refusal } from '../../problem.ts';
import { type Route, route } from '../../route.ts';
import type { Services } from '../../services.ts';

/** Whether the process lives and serves, and what it says about itself. */
export function healthRoutes({ db, ready, metrics, config }: Services): readonly Route[] {
  return [
    route(showHealth, async () => ({ status: 'ok' as const })),
    route(showReadiness, async () => {
      if (!ready() || !(await isMigrated(db).catch(() => false))) throw new Refusal('server.unavailable');
      return { status: 'ok' as const };
    }),
    route(showMetrics, async () => {
      const headers = { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' };
      return new Response(metrics.text(), { headers });
    }),
    route(showOpenApi, async () => openApiDocument(config.publicUrl)),
  ];
}
