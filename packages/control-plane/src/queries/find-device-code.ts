import type { Sql } from '../database/db.ts';

export interface WaitingDevice {
  readonly client_name: string | null;
  readonly address: string;
  readonly asked_at: string;
}

/** A device that waits for somebody's answer. @param now Milliseconds since the epoch. */
export async function findDeviceCode(sql: Sql, userCode: string, now: number): Promise<WaitingDevice | undefined> {
  const rows = await sql.query<WaitingDevice>(
    `select client_name, address, asked_at from device_codes
     where user_code = $1 and state = 'pending' and expires_at > $2::timestamptz`,
    [userCode, new Date(now).toISOString()],
  );
  return rows[0];
}
