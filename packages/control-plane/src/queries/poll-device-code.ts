import type { Sql } from '../database/db.ts';

export interface PolledDevice {
  readonly state: 'pending' | 'approved' | 'denied' | 'taken';
  readonly expired: boolean;
  /** It was asked again before its interval was over; from then on the interval is five seconds longer. */
  readonly hasty: boolean;
  readonly client_name: string | null;
  readonly org_id: string | null;
  readonly user_id: string | null;
}

/** Looks at a device code and notes that it was looked at. @param now Milliseconds since the epoch. */
export async function pollDeviceCode(sql: Sql, hash: Uint8Array, now: number): Promise<PolledDevice | undefined> {
  const rows = await sql.query<PolledDevice>(
    `with found as (
       select code_hash, state, client_name, org_id, user_id, expires_at <= $2::timestamptz as expired,
         last_poll is not null and last_poll + interval_seconds * interval '1 second' > $2::timestamptz as hasty
       from device_codes where code_hash = $1
       for update
     ), noted as (
       update device_codes d
       set last_poll = $2, interval_seconds = interval_seconds + case when f.hasty then 5 else 0 end
       from found f where d.code_hash = f.code_hash
     )
     select state, expired, hasty, client_name, org_id, user_id from found`,
    [hash, new Date(now).toISOString()],
  );
  return rows[0];
}
