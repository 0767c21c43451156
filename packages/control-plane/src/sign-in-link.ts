import type { Sql } from './database/db.ts';
import { insertSignInLink } from './queries/insert-sign-in-link.ts';
import { after, lifetimes } from './rules/lifetimes.ts';
import { hashToken, newToken } from './secrets/token.ts';
import type { Services } from './services.ts';

interface Member {
  readonly org: string;
  readonly user: string;
}

/** A link by which a member comes in, good once. The token stands behind `#`, which browsers keep to themselves. */
export async function newSignInLink(
  sql: Sql,
  { now, config }: Pick<Services, 'now' | 'config'>,
  { org, user }: Member,
): Promise<string> {
  const token = newToken('kml_');
  await insertSignInLink(sql, { hash: hashToken(token), org, user, expiresAt: after(now(), lifetimes.signInLink) });
  return `${config.publicUrl}/sign-in#${token}`;
}
