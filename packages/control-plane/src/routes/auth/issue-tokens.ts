import { randomUUID } from 'node:crypto';
import type { Tokens } from '@kilometers/core/api/auth.ts';
import type { Sql } from '../../database/db.ts';
import type { KeyRow } from '../../queries/find-key-by-id.ts';
import { insertRefreshToken } from '../../queries/insert-refresh-token.ts';
import { after, lifetimes } from '../../rules/lifetimes.ts';
import { hashToken, newToken } from '../../secrets/token.ts';
import type { Services } from '../../services.ts';

/**
 * An access token for a key, and a refresh token.
 *
 * @param family What all refresh tokens have in common that come from one sign-in; a new sign-in makes a new one.
 */
export async function issueTokens(
  sql: Sql,
  { signingKeys, now }: Pick<Services, 'signingKeys' | 'now'>,
  key: KeyRow,
  family: string = randomUUID(),
): Promise<Tokens> {
  const refreshToken = newToken('kmr_');
  await insertRefreshToken(sql, {
    hash: hashToken(refreshToken),
    family,
    keyId: key.id,
    expiresAt: after(now(), lifetimes.refreshToken),
  });
  const claims = { sub: key.id, user_id: key.created_by ?? key.id, org: key.org_id, tier: key.tier, role: 'km' };
  const jwt = await signingKeys.signToken(claims, lifetimes.accessToken);
  return { jwt, expires_in: lifetimes.accessToken, refresh_token: refreshToken };
}
