import type { Sql } from '../database/db.ts';

interface Decision {
  readonly userCode: string;
  readonly approve: boolean;
  readonly org: string;
  readonly user: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Notes what a person said. @returns False when the code is unknown, expired, or was answered before. */
export async function decideDeviceCode(sql: Sql, { userCode, approve, org, user, now }: Decision): Promise<boolean> {
  const rows = await sql.query(
    `update device_codes set state = $2, org_id = $3, user_id = $4
     where user_code = $1 and state = 'pending' and expires_at > $5::timestamptz
     returning user_code`,
    [userCode, approve ? 'approved' : 'denied', org, user, new Date(now).toISOString()],
  );
  return rows.length > 0;
}
