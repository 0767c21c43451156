import { showJwks } from '@kilometers/core/api/auth.ts';
import { route } from '../../route.ts';
import type { Services } from '../../services.ts';

export function showJwksRoute({ signingKeys }: Services) {
  return route(showJwks, async () => {
    const headers = { 'Cache-Control': 'public, max-age=300' };
    return Response.json(await signingKeys.jwks(), { headers });
  });
}
