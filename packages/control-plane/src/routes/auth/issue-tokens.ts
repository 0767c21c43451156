import { randomUUID } from 'node:crypto';
import type { Tokens } from '@kilometers/core/api/auth.ts';
import type { Sql } from '../../database/db.ts';
import type { KeyRow } from '../../queries/find-key-by-id.ts';
import { insertRefreshToken } from '../../queries/insert-refresh-token.ts';
import { after, lifetimes } from '../../rules/lifetimes.ts';
import { hashToken, newToken } from '../../secrets/token.ts';
import type { Services } from '../../services.ts';

/** What a sign-in or a renewal has earned: kept in the transaction that earned it. */
export interface Grant {
  readonly key: KeyRow;
  readonly refreshToken: string;
}

/**
 * Grants tokens for a key.
 *
 * @param family What all refresh tokens have in common that come from one sign-in; a new sign-in makes a new one.
 */
export async function grantTokens(
  sql: Sql,
  { now }: Pick<Services, 'now'>,
  key: KeyRow,
  family: string = randomUUID(),
): Promise<Grant> {
  const refreshToken = newToken('kmr_');
  const expiresAt = after(now(), lifetimes.refreshToken);
  await insertRefreshToken(sql, { hash: hashToken(refreshToken), family, keyId: key.id, expiresAt });
  return { key, refreshToken };
}

/**
 * The tokens of a grant. After its transaction: signing may look for the keys in the database, and the embedded one has a
 * single connection, which a transaction holds.
 */
export async function issueTokens(
  { signingKeys }: Pick<Services, 'signingKeys'>,
  { key, refreshToken }: Grant,
): Promise<Tokens> {
  const claims = { sub: key.id, user_id: key.created_by ?? key.id, org: key.org_id, tier: key.tier, role: 'km' };
  const jwt = await signingKeys.signToken(claims, lifetimes.accessToken);
  return { jwt, expires_in: lifetimes.accessToken, refresh_token: refreshToken };
}
