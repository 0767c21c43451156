import type { Sql } from '../database/db.ts';

/** Takes what a person approved. @returns False when somebody else took it. */
export async function takeDeviceCode(sql: Sql, hash: Uint8Array): Promise<boolean> {
  const rows = await sql.query(
    `update device_codes set state = 'taken' where code_hash = $1 and state = 'approved' returning code_hash`,
    [hash],
  );
  return rows.length > 0;
}
