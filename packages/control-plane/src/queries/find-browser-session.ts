import type { Role } from '@kilometers/core/api/roles.ts';
import type { Tier } from '@kilometers/core/tiers.ts';
import type { Sql } from '../database/db.ts';

export interface BrowserSessionRow {
  readonly org_id: string;
  readonly tier: Tier;
  readonly user_id: string;
  readonly role: Role;
}

/** The member whose session it is, as they are now: who was removed is found no more. */
export async function findBrowserSession(
  sql: Sql,
  hash: Uint8Array,
  now: number,
): Promise<BrowserSessionRow | undefined> {
  const rows = await sql.query<BrowserSessionRow>(
    `select s.org_id, o.tier, s.user_id, m.role
     from browser_sessions s
     join members m on m.org_id = s.org_id and m.user_id = s.user_id
     join organisations o on o.id = s.org_id
     where s.token_hash = $1 and s.expires_at > $2::timestamptz`,
    [hash, new Date(now).toISOString()],
  );
  return rows[0];
}
